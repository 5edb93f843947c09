using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Softmax.Ladder;

/// <summary>Launches one rung of softmax over the channels. The rungs above the first need tensors with channel block 1; shared memory and registers hold up to 32 classes, a panel of vectors 256.</summary>
public static class SoftmaxLadder
{
    /// <summary>Whether a rung has room for so many classes.</summary>
    public static bool Supports(Rung rung, int classes) => rung switch
    {
        Rung.Naive => true,
        Rung.VectorTiles => classes <= SoftmaxVectorKernels.MostClasses,
        Rung.SharedTiles or Rung.RegisterTiles => classes <= SoftmaxTileKernels.MostClasses,
        _ => false,
    };

    /// <summary>The rung that a device takes: its own, or the first where tensors lie in blocks of channels or there are too many classes.</summary>
    public static Rung Choose(Device device, TensorLayout layout)
    {
        ArgumentNullException.ThrowIfNull(device);
        Rung rung = RungChoice.Unrounded(device);
        return device is CompiledDevice && layout.ChannelBlock == 1 && Supports(rung, layout.Channels) ? rung : Rung.Naive;
    }

    /// <summary>output = softmax of the input over its channels, or its logarithm.</summary>
    public static void Forward(Device device, Rung rung, TensorView input, TensorView output, bool logarithm)
    {
        int log = logarithm ? 1 : 0;
        switch (rung)
        {
            case Rung.Naive:
                SoftmaxLauncher.Forward(device, Pixels(input.Layout) * input.Layout.Batch, input, output, log);
                break;
            case Rung.SharedTiles:
                SoftmaxTileLauncher.SharedTiles(device, Groups(input.Layout), input, output, log);
                break;
            case Rung.RegisterTiles:
                SoftmaxTileLauncher.RegisterTiles(device, Groups(input.Layout), input, output, log, new(input.Layout.Channels));
                break;
            default:
                SoftmaxVectorLauncher.Forward(device, Vectors(input.Layout), input, output, log);
                break;
        }
    }

    /// <summary>The derivative by the input from the output and its gradient. <see cref="Rung.SharedTiles"/> is <see cref="Rung.RegisterTiles"/>.</summary>
    public static void Backward(Device device, Rung rung, TensorView output, TensorView outputGradient, TensorView inputGradient, bool logarithm)
    {
        int log = logarithm ? 1 : 0;
        if (rung == Rung.Naive)
            SoftmaxLauncher.Backward(device, Pixels(output.Layout) * output.Layout.Batch, output, outputGradient, inputGradient, log);
        else if (rung == Rung.VectorTiles)
            SoftmaxVectorLauncher.Backward(device, Vectors(output.Layout), output, outputGradient, inputGradient, log);
        else
            SoftmaxTileLauncher.BackwardRegisterTiles(device, Groups(output.Layout), output, outputGradient, inputGradient, log, new(output.Layout.Channels));
    }

    /// <summary>The launch of kernels with one work-item a pixel.</summary>
    internal static LaunchSize Groups(TensorLayout layout) =>
        new((Pixels(layout) + SoftmaxTileKernels.Items - 1) / SoftmaxTileKernels.Items, layout.Batch, 1, SoftmaxTileKernels.Items, 1, 1);

    /// <summary>The launch of kernels with one work-item a block of pixels.</summary>
    internal static LaunchSize Vectors(TensorLayout layout) =>
        new((Pixels(layout) + SoftmaxVectorKernels.Pixels - 1) / SoftmaxVectorKernels.Pixels, layout.Batch, 1, 1, 1, 1);

    private static int Pixels(TensorLayout layout) => layout.Height * layout.Width;
}
