using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Concatenation.Ladder;

/// <summary>Launches one rung of concatenation for one of its inputs. The rungs above the first need tensors with channel block 1; a copy has nothing to share, and nothing for tensor cores.</summary>
public static class ConcatenationLadder
{
    /// <summary>The rungs that have a kernel of their own.</summary>
    internal static readonly Rung[] Rungs = [Rung.Naive, Rung.RegisterTiles, Rung.VectorTiles];

    /// <summary>The rung that a device takes: its own, or the first where a tensor lies in blocks of channels.</summary>
    public static Rung Choose(Device device, TensorLayout part, TensorLayout whole)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device is CompiledDevice && part.ChannelBlock == 1 && whole.ChannelBlock == 1 ? RungChoice.Unrounded(device) : Rung.Naive;
    }

    /// <summary>output[:, firstChannel .. firstChannel + C] = input. On the first rung also the zeros that pad the last channel, which the last input has.</summary>
    /// <param name="device">Where.</param>
    /// <param name="rung">Which kernel.</param>
    /// <param name="firstChannel">The output channel of the input's channel 0.</param>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="output">N, all channels, H,W.</param>
    public static void Forward(Device device, Rung rung, int firstChannel, TensorView input, TensorView output)
    {
        if (rung != Rung.Naive)
        {
            Copy(device, rung, input.Layout.Batch, Runs(firstChannel, input.Layout, output.Layout), input.Data, output.Data);
            return;
        }

        TensorLayout layout = output.Layout;
        int firstBlock = firstChannel / layout.ChannelBlock;
        int lastBlock = (firstChannel + input.Layout.Channels - 1) / layout.ChannelBlock;
        int blocks = lastBlock - firstBlock + 1;
        int extent = layout.Batch * blocks * layout.Height * layout.Width * layout.ChannelBlock;
        ConcatenationLauncher.Forward(device, extent, firstChannel, firstBlock, blocks, input, output);
    }

    /// <summary>inputGradient = outputGradient[:, firstChannel .. firstChannel + C].</summary>
    public static void Backward(Device device, Rung rung, int firstChannel, TensorView outputGradient, TensorView inputGradient)
    {
        if (rung == Rung.Naive)
            ConcatenationLauncher.Backward(device, inputGradient.Layout.Length, firstChannel, outputGradient, inputGradient);
        else
            Copy(device, rung, inputGradient.Layout.Batch, Runs(firstChannel, inputGradient.Layout, outputGradient.Layout).Back(), outputGradient.Data, inputGradient.Data);
    }

    private static RunCopy Runs(int firstChannel, TensorLayout part, TensorLayout whole)
    {
        int pixels = part.Height * part.Width;
        return new RunCopy(part.Channels * pixels, 0, part.Channels * pixels, firstChannel * pixels, whole.Channels * pixels);
    }

    private static void Copy(Device device, Rung rung, int images, RunCopy runs, ArrayView<float> source, ArrayView<float> target)
    {
        if (rung == Rung.VectorTiles)
        {
            RunCopyLauncher.Vectors(device, new LaunchSize(Ceiling(runs.Length, RunCopyKernels.Numbers), images, 1, 1, 1, 1), runs, source, target);
            return;
        }

        bool isAligned = runs.IsInFours() && source.Offset % 4 == 0 && target.Offset % 4 == 0;
        RunCopyLauncher.Fours(device, images * Ceiling(runs.Length, 4), runs, isAligned ? 1 : 0, source, target);
    }

    private static int Ceiling(int count, int size) => (count + size - 1) / size;
}
