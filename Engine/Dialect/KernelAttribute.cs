namespace SegFromScratch.Engine.Dialect;

/// <summary>Marks a static method as a kernel: the translator turns it into OpenCL C, CUDA C++ and C# loops at build time.</summary>
/// <remarks>
/// A kernel is a <c>public static void</c> method. Its parameters are <see cref="ArrayView{T}"/>, <see cref="TensorView"/>, numbers,
/// <see cref="SpecializedValue{T}"/> and unmanaged structs. If the first parameter is an <see cref="Index1D"/> the kernel is implicitly grouped:
/// it runs once for each index below the extent that it is launched with. Otherwise it is explicitly grouped and reads <see cref="Grid"/> and <see cref="Group"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelAttribute : Attribute
{
    /// <summary>The number of work-items in a group that an explicitly grouped kernel must be launched with; 0 leaves it open.</summary>
    public int GroupSize { get; set; }

    /// <summary>True where two views of the kernel may be the same memory (in-place kernels); otherwise compilers are promised that they are not.</summary>
    public bool MayAlias { get; set; }
}
