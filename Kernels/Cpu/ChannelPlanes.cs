namespace SegFromScratch.Kernels.Cpu;

/// <summary>A tensor as the CPU kernels walk it: images of blocks of rows of pixels, each pixel <see cref="Block"/> floats side by side.</summary>
/// <param name="data">The first element.</param>
/// <param name="layout">Sizes and channel block.</param>
internal readonly unsafe struct ChannelPlanes(float* data, TensorLayout layout)
{
    /// <summary>Views a tensor in host memory.</summary>
    public ChannelPlanes(TensorView tensor)
        : this(tensor.Data.Pointer, tensor.Layout)
    {
    }

    /// <summary>Views two tensors of one layout, whose channels fill their blocks, as one tensor with the channels of both. To be read through <see cref="BlockStart"/>.</summary>
    public ChannelPlanes(TensorView first, TensorView second)
        : this(first)
    {
        _secondFrom = Blocks;
        _jump = (nint)(second.Data.Pointer - first.Data.Pointer) - (Blocks * Plane);
        Blocks *= 2;
        Channels *= 2;
    }

    private readonly int _secondFrom;
    private readonly nint _jump;

    /// <summary>The first element.</summary>
    public readonly float* Data = data;

    /// <summary>Floats of a pixel: the channel block B.</summary>
    public readonly int Block = layout.ChannelBlock;

    /// <summary>The number of channel blocks.</summary>
    public readonly int Blocks = layout.ChannelBlocks;

    /// <summary>Channels without padding.</summary>
    public readonly int Channels = layout.Channels;

    /// <summary>Images.</summary>
    public readonly int Batch = layout.Batch;

    /// <summary>Rows.</summary>
    public readonly int Height = layout.Height;

    /// <summary>Pixels in a row.</summary>
    public readonly int Width = layout.Width;

    /// <summary>Floats from one row to the next.</summary>
    public readonly nint Row = (nint)layout.Width * layout.ChannelBlock;

    /// <summary>Floats from one channel block to the next.</summary>
    public readonly nint Plane = (nint)layout.Height * layout.Width * layout.ChannelBlock;

    /// <summary>Floats from one image to the next.</summary>
    public readonly nint Image = (nint)layout.ChannelBlocks * layout.Height * layout.Width * layout.ChannelBlock;

    /// <summary>Floats from the first element of an image to that of one of its channel blocks.</summary>
    public nint BlockStart(int block) => (block * Plane) + (block >= _secondFrom ? _jump : 0);

    /// <summary>Whether two tensors can be viewed as one.</summary>
    public static bool CanJoin(TensorLayout first, TensorLayout second) =>
        first == second && first.ChannelBlock is 8 or 16 && first.Channels % first.ChannelBlock == 0;
}
