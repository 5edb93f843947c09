using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Dropout;

/// <summary>The definition of inverted dropout. PyTorch: <c>dropout</c>, <c>dropout2d</c> in training.</summary>
public static class DropoutReference
{
    /// <summary>
    /// y_i = x_i / (1 - rate) where u_i &gt;= rate, otherwise 0. u_i is the key's uniform random number for the element's plane,
    /// counted in N,C order, and pixel, counted in H,W order, or for <paramref name="wholeChannels"/> that of the plane's first pixel. The operation is linear in x, so dL/dx is the same function of dL/dy.
    /// </summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, float rate, bool wholeChannels, ulong key)
        where T : IFloatingPointIeee754<T>
    {
        var output = new HostTensor<T>(x.Shape);
        int pixels = x.Shape.Height * x.Shape.Width;
        for (int i = 0; i < x.Values.Length; i++)
        {
            float uniform = Philox.Uniform(i / pixels, wholeChannels ? 0 : i % pixels, (uint)key, (uint)(key >> 32));
            output.Values[i] = uniform >= rate ? x.Values[i] / T.CreateChecked(1.0 - rate) : T.Zero;
        }

        return output;
    }
}
