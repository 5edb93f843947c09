using System.Reflection;

namespace SegFromScratch.Engine.Devices;

/// <summary>Marks generated launchers, so that <see cref="KernelCatalog"/> finds them.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class KernelLauncherAttribute : Attribute;

/// <summary>All kernels of an assembly, for tools that show or check their texts.</summary>
public static class KernelCatalog
{
    /// <summary>The kernels that were translated when the assembly was built, by name.</summary>
    public static IReadOnlyList<KernelDefinition> Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return [.. assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(KernelLauncherAttribute)))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType == typeof(KernelDefinition))
            .Select(field => (KernelDefinition)field.GetValue(null)!)
            .OrderBy(kernel => kernel.Name, StringComparer.Ordinal)];
    }
}
