using System.Reflection;
using System.Runtime.InteropServices;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Devices;

/// <summary>Every kernel fits the smallest GPU in mind: groups of 256, which AMD's and Intel's drivers promise, and the 1024 bytes of arguments that OpenCL 1.2 does. Shared memory is compared where the texts are compiled.</summary>
public sealed class SmallDeviceTests
{
    private const int LargestGroup = 256;
    private const int MostArgumentBytes = 1024;

    // Base, offset and length, each with the alignment of the next base.
    private const int ViewBytes = 24;

    private static readonly Assembly[] s_libraries = [typeof(KernelCatalog).Assembly, typeof(OperationCatalog).Assembly];

    [Test]
    public void No_kernel_needs_a_larger_group() =>
        Assert.That(s_libraries.SelectMany(KernelCatalog.Of).Where(kernel => kernel.GroupSize > LargestGroup).Select(kernel => kernel.Name), Is.Empty);

    [Test]
    public void No_kernel_has_more_arguments()
    {
        MethodInfo[] kernels = [.. s_libraries.SelectMany(library => library.GetTypes()).SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)).Where(method => method.IsDefined(typeof(KernelAttribute)))];
        Assert.That(kernels, Has.Length.GreaterThan(100));
        Assert.That(kernels.Where(kernel => kernel.GetParameters().Sum(Bytes) > MostArgumentBytes).Select(kernel => $"{kernel.DeclaringType!.Name}.{kernel.Name}"), Is.Empty);
        MethodInfo adam = kernels.Single(kernel => kernel is { Name: "Update", DeclaringType.Name: "AdamKernels" });
        Assert.That(adam.GetParameters().Sum(Bytes), Is.GreaterThan(32 * ViewBytes), "eight parameters with their gradients and moments: the longest list there is");
    }

    private static int Bytes(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(TensorView))
            return ViewBytes + Marshal.SizeOf<TensorLayout>();
        if (!type.IsGenericType)
            return type.IsEnum ? sizeof(int) : Marshal.SizeOf(type);
        return type.GetGenericTypeDefinition() == typeof(ArrayView<>) ? ViewBytes : 0;
    }
}
