using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// All sizes of a 2-D convolution: one description for the forward pass, the input gradient and the weight gradient, on every device.
/// Output row p reads input row <c>p * StrideY - PaddingTop + r * DilationY</c> for kernel row r; columns alike.
/// </summary>
/// <param name="Batch">N, the number of images.</param>
/// <param name="InputChannels">C.</param>
/// <param name="InputHeight">H.</param>
/// <param name="InputWidth">W.</param>
/// <param name="OutputChannels">K.</param>
/// <param name="OutputHeight">Rows of the output.</param>
/// <param name="OutputWidth">Columns of the output.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="StrideY">Input rows from one output row to the next.</param>
/// <param name="StrideX">Input columns from one output column to the next.</param>
/// <param name="PaddingTop">Rows of zeros above the input.</param>
/// <param name="PaddingLeft">Columns of zeros left of the input.</param>
/// <param name="DilationY">Input rows from one kernel row to the next.</param>
/// <param name="DilationX">Input columns from one kernel column to the next.</param>
/// <param name="Groups">How many independent convolutions share the channels; InputChannels of them is depthwise.</param>
public readonly record struct ConvolutionShape(
    int Batch,
    int InputChannels,
    int InputHeight,
    int InputWidth,
    int OutputChannels,
    int OutputHeight,
    int OutputWidth,
    int KernelHeight,
    int KernelWidth,
    int StrideY,
    int StrideX,
    int PaddingTop,
    int PaddingLeft,
    int DilationY,
    int DilationX,
    int Groups)
{
    /// <summary>C / groups, the input channels that one output channel reads.</summary>
    public int InputChannelsPerGroup => InputChannels / Groups;

    /// <summary>K / groups, the output channels of one group.</summary>
    public int OutputChannelsPerGroup => OutputChannels / Groups;

    /// <summary>N,C,H,W of the input.</summary>
    public TensorShape Input => new(Batch, InputChannels, InputHeight, InputWidth);

    /// <summary>N,K,P,Q of the output.</summary>
    public TensorShape Output => new(Batch, OutputChannels, OutputHeight, OutputWidth);

    /// <summary>K,C/groups,kh,kw of the weight.</summary>
    public TensorShape Weight => new(OutputChannels, InputChannelsPerGroup, KernelHeight, KernelWidth);

    /// <summary>Two for each multiply-add of the forward pass, padding counted in; each gradient costs the same.</summary>
    public long FloatingPointOperations => 2L * Output.Elements * InputChannelsPerGroup * KernelHeight * KernelWidth;

    /// <summary>Works out all sizes of a convolution.</summary>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="weight">K,C/groups,kh,kw.</param>
    /// <param name="options">Stride, padding, dilation and groups.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together, or not one window fits in the padded image.</exception>
    public static ConvolutionShape Create(TensorShape input, TensorShape weight, ConvolutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int groups = options.Groups;
        if (groups < 1 || input.Channels % groups != 0 || weight.Batch % groups != 0)
            throw new ArgumentException($"{groups} groups do not divide {input.Channels} input channels and {weight.Batch} output channels", nameof(options));
        if (weight.Channels != input.Channels / groups)
            throw new ArgumentException($"a weight of shape {weight} reads {weight.Channels} channels a group, but the input of shape {input} has {input.Channels / groups} in each of {groups} groups", nameof(weight));
        WindowAxis rows = WindowAxis.Rows(input.Height, weight.Height, options.StrideY, options.DilationY, options.Padding);
        WindowAxis columns = WindowAxis.Columns(input.Width, weight.Width, options.StrideX, options.DilationX, options.Padding);
        if (rows.Output < 1 || columns.Output < 1)
            throw new ArgumentException($"a dilated kernel of {rows.Extent}x{columns.Extent} does not fit in an input of shape {input} with its padding", nameof(input));
        return new ConvolutionShape(
            input.Batch, input.Channels, input.Height, input.Width,
            weight.Batch, rows.Output, columns.Output,
            weight.Height, weight.Width,
            options.StrideY, options.StrideX,
            rows.Before, columns.Before,
            options.DilationY, options.DilationX,
            groups);
    }
}
