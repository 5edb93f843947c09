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

    /// <summary>Four channels or fewer in planes of their own, as masks of few classes come from a data set, are worth a path without loops.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Vector256<float> Collect(int image, int first, int pixel)
    {
        float* data = planes.Data + (image * planes.Image) + ((nint)pixel * planes.Block);
        int count = planes.Channels - first;
        if (planes.Block == 1 && count is > 0 and <= 4)
        {
            data += first * planes.Plane;
            return Vector256.Create(
                Vector128.Create(data[0], count > 1 ? data[planes.Plane] : 0f, count > 2 ? data[2 * planes.Plane] : 0f, count > 3 ? data[3 * planes.Plane] : 0f),
                Vector128<float>.Zero);
        }

        float* lanes = stackalloc float[8];
        for (int lane = 0; lane < 8; lane++)
        {
            int channel = first + lane;
            lanes[lane] = lane < count ? data[(channel / planes.Block * planes.Plane) + (channel % planes.Block)] : 0f;
        }

        return Vector256.Load(lanes);
    }
}
