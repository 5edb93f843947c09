using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Engine.Dialect;

/// <summary>
/// Where the elements of an N,C,H,W tensor lie in memory: one formula with one parameter, the channel block B.
/// <c>offset(n,c,y,x) = (((n * ceil(C/B) + c/B) * H + y) * W + x) * B + c % B</c>.
/// B = 1 is NCHW, B = C is NHWC, B = 16 is nChw16c. Channels that pad the last block hold zeros.
/// </summary>
/// <param name="Batch">N, the number of images.</param>
/// <param name="Channels">C, the number of channels without padding.</param>
/// <param name="Height">H, the number of rows.</param>
/// <param name="Width">W, the number of columns.</param>
/// <param name="ChannelBlock">B, how many channels of one pixel lie side by side.</param>
public readonly record struct TensorLayout(int Batch, int Channels, int Height, int Width, int ChannelBlock)
{
    /// <summary>Lays out a shape with channel block B.</summary>
    public TensorLayout(TensorShape shape, int channelBlock)
        : this(shape.Batch, shape.Channels, shape.Height, shape.Width, channelBlock)
    {
    }

    /// <summary>ceil(C/B), the number of channel blocks, the last one padded.</summary>
    public int ChannelBlocks => (Channels + ChannelBlock - 1) / ChannelBlock;

    /// <summary>The number of elements in memory, padded channels included.</summary>
    public int Length => Batch * ChannelBlocks * Height * Width * ChannelBlock;

    /// <summary>N,C,H,W without the block.</summary>
    public TensorShape Shape => new(Batch, Channels, Height, Width);

    /// <summary>Where an element lies. Coordinates are not checked here; <see cref="TensorView"/> checks each dimension on the debug device.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Offset(int n, int c, int y, int x) =>
        ((((((n * ChannelBlocks) + (c / ChannelBlock)) * Height) + y) * Width) + x) * ChannelBlock + (c % ChannelBlock);

    /// <summary>The inverse of <see cref="Offset"/>: which element lies at an offset. The channel is C or more for padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TensorPosition Position(int offset)
    {
        int pixel = offset / ChannelBlock;
        int row = pixel / Width;
        int plane = row / Height;
        int n = plane / ChannelBlocks;
        int c = ((plane - (n * ChannelBlocks)) * ChannelBlock) + (offset - (pixel * ChannelBlock));
        return new TensorPosition(n, c, row - (plane * Height), pixel - (row * Width));
    }
}
