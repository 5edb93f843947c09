using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Dropout.Ladder;

/// <summary>Launches one rung of dropout. The rungs above the first need tensors with channel block 1; there is nothing to share between work-items, and nothing for tensor cores.</summary>
public static class DropoutLadder
{
    /// <summary>The rungs that have a kernel of their own.</summary>
    internal static readonly Rung[] Rungs = [Rung.Naive, Rung.RegisterTiles, Rung.VectorTiles];

    /// <summary>The rung that a device takes: its own, or the first where tensors lie in blocks of channels.</summary>
    public static Rung Choose(Device device, TensorLayout layout)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device is CompiledDevice && layout.ChannelBlock == 1 ? RungChoice.Unrounded(device) : Rung.Naive;
    }

    /// <summary>output = input / (1 - rate) where the element's random number is at least the rate, otherwise 0: the same bits on every rung.</summary>
    /// <param name="device">Where.</param>
    /// <param name="rung">Which kernel.</param>
    /// <param name="input">x, or dL/dy.</param>
    /// <param name="rate">The share that is dropped, from 0 up to 1, exclusive.</param>
    /// <param name="wholeChannels">Whether whole channels of an image are dropped instead of single elements.</param>
    /// <param name="key">The random key.</param>
    /// <param name="output">y, or dL/dx, in the layout of the input.</param>
    public static void Apply(Device device, Rung rung, TensorView input, float rate, bool wholeChannels, ulong key, TensorView output)
    {
        TensorLayout layout = output.Layout;
        float scale = Scale(rate);
        uint low = (uint)key, high = (uint)(key >> 32);
        int pixels = layout.Height * layout.Width;
        switch (rung)
        {
            case Rung.Naive:
                DropoutLauncher.Apply(device, layout.Length, input, rate, scale, wholeChannels ? 1 : 0, low, high, output);
                break;
            case Rung.VectorTiles:
                var size = new LaunchSize(Ceiling(pixels, DropoutVectorKernels.Pixels), layout.Channels, layout.Batch, 1, 1, 1);
                if (wholeChannels)
                    DropoutVectorLauncher.Channels(device, size, input, rate, scale, low, high, output);
                else
                    DropoutVectorLauncher.Elements(device, size, input, rate, scale, low, high, output);
                break;
            default:
                bool isAligned = pixels % 4 == 0 && input.Data.Offset % 4 == 0 && output.Data.Offset % 4 == 0;
                DropoutTileLauncher.FourPixels(
                    device, layout.Batch * layout.Channels * Ceiling(pixels, Philox.PixelsEach), input, rate, scale, wholeChannels ? 1 : 0, low, high, isAligned ? 1 : 0, output);
                break;
        }
    }

    /// <summary>1 / (1 - rate), rounded once.</summary>
    internal static float Scale(float rate) => (float)(1.0 / (1.0 - rate));

    private static int Ceiling(int count, int size) => (count + size - 1) / size;
}
