namespace SegFromScratch.Engine.Tensors;

/// <summary>The sizes of a tensor: images, channels, rows, columns. Weights are K,C,kh,kw; vectors a channel are 1,C,1,1; a scalar is 1,1,1,1.</summary>
/// <param name="Batch">N, the number of images.</param>
/// <param name="Channels">C, the number of channels.</param>
/// <param name="Height">H, the number of rows.</param>
/// <param name="Width">W, the number of columns.</param>
public readonly record struct TensorShape(int Batch, int Channels, int Height, int Width)
{
    /// <summary>The number of elements, without padding.</summary>
    public long Elements => (long)Batch * Channels * Height * Width;

    /// <summary>The shape of one number.</summary>
    public static TensorShape Scalar { get; } = new(1, 1, 1, 1);

    /// <summary>The shape of one number a channel.</summary>
    public static TensorShape Vector(int channels) => new(1, channels, 1, 1);

    /// <summary>For messages: NxCxHxW.</summary>
    public override string ToString() => $"{Batch}x{Channels}x{Height}x{Width}";
}
