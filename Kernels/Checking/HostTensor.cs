using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>Numbers of shape N,C,H,W in host memory, in that order: what the textbook references compute with.</summary>
/// <typeparam name="T">double for checks; any floating-point type.</typeparam>
/// <param name="shape">N,C,H,W.</param>
/// <param name="values">N x C x H x W numbers; kept, not copied.</param>
public sealed class HostTensor<T>(TensorShape shape, T[] values)
{
    /// <summary>A tensor of zeros.</summary>
    public HostTensor(TensorShape shape)
        : this(shape, new T[shape.Elements])
    {
    }

    /// <summary>N,C,H,W.</summary>
    public TensorShape Shape => shape;

    /// <summary>The numbers in N,C,H,W order.</summary>
    public T[] Values => values;

    /// <summary>One element.</summary>
    public ref T this[int n, int c, int y, int x] =>
        ref values[(((((long)n * shape.Channels) + c) * shape.Height) + y) * shape.Width + x];

    /// <summary>True where the coordinates lie inside: the padding of a convolution or pooling lies outside.</summary>
    public bool Contains(int y, int x) => (uint)y < (uint)shape.Height && (uint)x < (uint)shape.Width;
}
