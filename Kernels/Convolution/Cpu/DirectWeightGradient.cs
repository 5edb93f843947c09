using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Convolution.Cpu.Image;
using SegFromScratch.Kernels.Convolution.Cpu.Winograd;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>Runs <see cref="OuterProductJob"/>, or Winograd's version of it, and brings its sums into canonical order.</summary>
internal static unsafe class DirectWeightGradient
{
    // Enough tickets for the threads of a large machine. Parts of the rows cost memory and a final addition, but read everything once.
    private const int WantedTickets = 32;

    // Where the parts are too few for that, also ranges of input channels, and so many that the last tickets end together: each reads its output
    // gradients again.
    private const int WantedTicketsWithRanges = 128;
    private const long MostFloatsInParts = 1 << 22;
    private const int FewestPixelsInPart = 1024;
    private const int PixelsOfLongRow = 512;

    // Both tensors are transformed for one product: fewer channels than in the other passes do not pay. Measured.
    private const int FewestWinogradChannels = 16;

    /// <summary>weightGradient[k, c, r, s] = sum over n, p, q of outputGradient[n, k, p, q] * input[n, c, p * stride - padding + r * dilation, ...].</summary>
    public static void Run(CpuDevice device, in ConvolutionShape shape, TensorView input, TensorView outputGradient, float* weightGradient)
    {
        if (input.Layout.ChannelBlock == 1)
        {
            ImageConvolution.RunWeightGradient(device, shape, new ChannelPlanes(input), new ChannelPlanes(outputGradient), weightGradient);
            return;
        }

        int rows = RowsTogether(shape);
        ConvolutionShape longer = shape with
        {
            InputHeight = shape.InputHeight / rows,
            InputWidth = shape.InputWidth * rows,
            OutputHeight = shape.OutputHeight / rows,
            OutputWidth = shape.OutputWidth * rows,
        };
        Run(device, longer, Longer(input, rows), Longer(outputGradient, rows), weightGradient);
    }

    private static ChannelPlanes Longer(TensorView tensor, int rows) =>
        new(tensor.Data.Pointer, tensor.Layout with { Height = tensor.Layout.Height / rows, Width = tensor.Layout.Width * rows });

    /// <summary>A pointwise convolution does not see rows: short ones count as one, because the end of each costs a wrong guess of the processor.</summary>
    private static int RowsTogether(in ConvolutionShape shape)
    {
        int rows = DirectConvolution.IsPointwise(shape) ? Math.Clamp(PixelsOfLongRow / shape.InputWidth, 1, shape.InputHeight) : 1;
        while (shape.InputHeight % rows != 0)
            rows--;
        return rows;
    }

    private static void Run(CpuDevice device, in ConvolutionShape shape, ChannelPlanes source, ChannelPlanes gradient, float* weightGradient)
    {
        MicroKernels kernels = MicroKernels.ForBlock(gradient.Block);
        int vectors = gradient.Blocks * gradient.Block / kernels.Lanes;
        int groupVectors = kernels.Lanes < 16 ? gradient.Block / kernels.Lanes : Math.Min(2, vectors);
        int reduced = source.Blocks == 1 ? source.Channels : source.Blocks * source.Block;
        PackedWeightLayout layout = new(kernels.Lanes, vectors, groupVectors, shape.KernelHeight * shape.KernelWidth, reduced);
        bool winograd = Math.Min(source.Channels, gradient.Channels) >= FewestWinogradChannels && WinogradConvolution.Supports(shape, source, gradient);
        int parts = winograd ? 1 : Parts(shape, layout);
        int tickets = layout.Groups * parts;
        int ranges = tickets >= WantedTickets ? 1 : Math.Clamp((WantedTicketsWithRanges + tickets - 1) / tickets, 1, source.Blocks);
        using Workspace sums = new(device, parts * layout.Length, "weight gradient sums");
        if (winograd)
            WinogradWeightGradient.Run(device, shape, source, gradient, layout, sums.Pointer);
        else
            Sum(device, shape, source, gradient, kernels, layout, ranges, parts, sums.Pointer);
        SumPartsJob.Run(device, sums.Pointer, layout.Length, parts);
        UnpackSumsJob.Run(device, sums.Pointer, layout, shape.OutputChannels, shape.InputChannels, weightGradient);
    }

    private static void Sum(
        CpuDevice device,
        in ConvolutionShape shape,
        in ChannelPlanes source,
        in ChannelPlanes gradient,
        MicroKernels kernels,
        in PackedWeightLayout layout,
        int ranges,
        int parts,
        float* sums) =>
        device.Threads.Run(
            new OuterProductJob
            {
                Kernels = kernels,
                Source = source,
                Gradient = gradient,
                Shape = shape,
                Layout = layout,
                Sums = sums,
                Parts = parts,
                Ranges = ranges,
                TileRows = TileRows(kernels, layout.GroupVectors),
            },
            layout.Groups * ranges * parts);

    private static int Parts(in ConvolutionShape shape, PackedWeightLayout layout)
    {
        long pixels = (long)shape.Batch * shape.OutputHeight * shape.OutputWidth;
        long parts = Math.Min((WantedTickets + layout.Groups - 1) / layout.Groups, Math.Min(MostFloatsInParts / layout.Length, pixels / FewestPixelsInPart));
        return (int)Math.Clamp(parts, 1, shape.Batch * shape.OutputHeight);
    }

    /// <summary>Divisors of 16 channels where there are two vectors: 8 of them give 16 sums; a single vector needs more rows to hide latency.</summary>
    private static int TileRows(MicroKernels kernels, int vectors) =>
        vectors == 1 ? Math.Min(24, kernels.Rows(1)) : Math.Min(8, kernels.Rows(vectors));
}
