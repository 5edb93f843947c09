using System.Reflection;
using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Tests.Tensors;

/// <summary>
/// <see cref="Tensor.Version"/> says that numbers stand still as long as nobody asks for the memory. That holds only if nobody keeps a view of it for later:
/// no object may have one in a field. Views live in arguments, local variables and the jobs of a launch, which end with the call.
/// </summary>
public sealed class StoredViewTests
{
    [Test]
    public void No_object_keeps_a_view_of_memory()
    {
        Assembly[] assemblies = [typeof(Tensor).Assembly, typeof(Kernels.Scale.Scale).Assembly, typeof(Sequence).Assembly, typeof(SegFromScratch.Training.Trainer.Trainer).Assembly];
        string[] kept = [.. assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsClass && !IsOfALaunch(type)).SelectMany(Views)];
        Assert.That(kept, Is.Empty);
    }

    [Test]
    public void A_kept_view_would_be_found()
    {
        Assert.That(Views(typeof(Keeper)), Is.EqualTo([$"{typeof(Keeper)}._plain", $"{typeof(Keeper)}._wrapped", $"{typeof(Keeper)}._many"]));
    }

    // The closures over which generated launchers run a kernel on the debug device.
    private static bool IsOfALaunch(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.DeclaringType is { } owner && owner.Name.EndsWith("Launcher", StringComparison.Ordinal);

    private static IEnumerable<string> Views(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => HoldsView(field.FieldType))
        .Select(field => $"{type}.{field.Name}");

    private static bool HoldsView(Type type)
    {
        if (type.HasElementType)
            return HoldsView(type.GetElementType()!);
        if (type == typeof(TensorView) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>)))
            return true;
        if (type.IsGenericType && type.GetGenericArguments().Any(HoldsView))
            return true;
        return type.IsValueType && !type.IsPrimitive && !type.IsEnum && type.Namespace?.StartsWith("SegFromScratch", StringComparison.Ordinal) == true
            && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(field => field.FieldType != type && HoldsView(field.FieldType));
    }

#pragma warning disable CS0169, CA1823 // The fields are looked at, not used.
    private readonly struct Wrapper
    {
        private readonly TensorView _view;
    }

    private sealed class Keeper
    {
        private readonly ArrayView<float> _plain;
        private readonly Wrapper _wrapped;
        private readonly List<TensorView>? _many;
    }
#pragma warning restore CS0169, CA1823
}
