using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Reads eight channels of a pixel at a time from a tensor of any layout: targets may lie otherwise than logits.</summary>
/// <param name="planes">The tensor.</param>
internal readonly unsafe struct LanePixels(ChannelPlanes planes)
{
    /// <summary>Channels from first on, zeros past the last one.</summary>
    /// <param name="image">The image.</param>
    /// <param name="first">A multiple of 8.</param>
    /// <param name="pixel">y * width + x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Load(int image, int first, int pixel)
    {
        if (planes.Block % 8 == 0)
            return Vector256.Load(planes.Data + (image * planes.Image) + (first / planes.Block * planes.Plane) + ((nint)pixel * planes.Block) + (first % planes.Block));
        return Collect(image, first, pixel);
    }

    private Vector256<float> Collect(int image, int first, int pixel)
    {
        float* lanes = stackalloc float[8];
        for (int lane = 0; lane < 8; lane++)
        {
            int channel = first + lane;
            lanes[lane] = channel >= planes.Channels
                ? 0f
                : planes.Data[(image * planes.Image) + (channel / planes.Block * planes.Plane) + ((nint)pixel * planes.Block) + (channel % planes.Block)];
        }

        return Vector256.Load(lanes);
    }
}
