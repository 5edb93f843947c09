using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>Which of a tile's two rows of output gradients a transformed row meets. A type instead of a flag, so that each choice is compiled for itself.</summary>
internal unsafe interface IStride2GradientRows
{
    /// <summary>Loads a vector.</summary>
    /// <param name="place">The vector in the row.</param>
    /// <param name="below">Floats to the one below it.</param>
    static abstract Vector512<float> Load(float* place, nint below);
}

/// <summary>One row.</summary>
internal readonly unsafe struct Stride2OneRow : IStride2GradientRows
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* place, nint below) => Vector512.Load(place);
}

/// <summary>The sum of both rows.</summary>
internal readonly unsafe struct Stride2BothRows : IStride2GradientRows
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* place, nint below) => Vector512.Load(place) + Vector512.Load(place + below);
}
