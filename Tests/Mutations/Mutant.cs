using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Mutations;

/// <summary>
/// A compiled copy of the kernels, loaded beside the real ones. Its types have the same names but are other types,
/// so its own checks are called by reflection; the engine's devices are shared.
/// </summary>
internal sealed class Mutant : IDisposable
{
    // Four channels a block leave padded channels in most cases, so that a kernel that forgets to clear them is seen as well.
    private const int ChannelBlock = 4;

    private readonly AssemblyLoadContext _context = new("mutant", isCollectible: true);
    private readonly Type _checker;
    private readonly IEnumerable _cases;

    /// <summary>Loads the assembly. All it refers to resolves to what is loaded already.</summary>
    public Mutant(byte[] assembly)
    {
        using var stream = new MemoryStream(assembly);
        Assembly loaded = _context.LoadFromStream(stream);
        _checker = loaded.GetType(typeof(GradientChecker).FullName!, throwOnError: true)!;
        Type catalog = loaded.GetType(typeof(OperationCatalog).FullName!, throwOnError: true)!;
        _cases = (IEnumerable)Property(catalog, null, nameof(OperationCatalog.Cases));
    }

    /// <summary>Runs the cases of an operation: the reference against finite differences, then the device against the reference.</summary>
    /// <returns>One line a comparison as it is made; its message where it failed, null where it holds.</returns>
    public IEnumerable<(string What, string? Failure)> Check(string operation, Device device)
    {
        foreach (object operationCase in _cases)
        {
            if ((string)Property(operationCase.GetType(), operationCase, nameof(OperationCase.Operation)) != operation)
                continue;
            foreach ((string, string?) result in Run(nameof(GradientChecker.CheckReference), operationCase))
                yield return result;
            foreach ((string, string?) result in Run(nameof(GradientChecker.CheckDevice), operationCase, device, ChannelBlock))
                yield return result;
        }
    }

    public void Dispose() => _context.Unload();

    private IEnumerable<(string What, string? Failure)> Run(string check, params object[] arguments)
    {
        var results = (IEnumerable)_checker.GetMethod(check)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        foreach (object result in results)
        {
            bool passed = (bool)Property(result.GetType(), result, nameof(CheckResult.Passed));
            yield return ((string)Property(result.GetType(), result, nameof(CheckResult.What)), passed ? null : $"{result}");
        }
    }

    private static object Property(Type type, object? target, string name) => type.GetProperty(name)!.GetValue(target)!;
}
