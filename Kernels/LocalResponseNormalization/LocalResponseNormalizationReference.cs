using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LocalResponseNormalization;

/// <summary>The definition of local response normalisation. Krizhevsky et al., NIPS 2012. PyTorch: <c>local_response_norm</c>.</summary>
public static class LocalResponseNormalizationReference
{
    /// <summary>y_c = x_c * d_c^-beta with d_c = k + alpha / size * sum of x_j^2 over channels c - size / 2 to c + (size - 1) / 2 that exist.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> x, LocalResponseNormalizationOptions options)
        where T : IFloatingPointIeee754<T>
    {
        HostTensor<T> denominators = Denominators(x, options);
        var output = new HostTensor<T>(x.Shape);
        for (int i = 0; i < x.Values.Length; i++)
            output.Values[i] = x.Values[i] * T.Pow(denominators.Values[i], T.CreateChecked(-options.Beta));
        return output;
    }

    /// <summary>dL/dx_i = g_i d_i^-beta - 2 alpha beta / size * x_i * sum of g_c x_c d_c^(-beta - 1) over the channels c whose window has i, for g = dL/dy.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> x, LocalResponseNormalizationOptions options, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        HostTensor<T> denominators = Denominators(x, options);
        var inputGradient = new HostTensor<T>(x.Shape);
        T beta = T.CreateChecked(options.Beta), factor = T.CreateChecked(2.0 * options.Alpha * options.Beta / options.Size);
        for (int n = 0; n < x.Shape.Batch; n++)
        for (int c = 0; c < x.Shape.Channels; c++)
        for (int h = 0; h < x.Shape.Height; h++)
        for (int w = 0; w < x.Shape.Width; w++)
        {
            T g = outputGradient[n, c, h, w], d = denominators[n, c, h, w];
            inputGradient[n, c, h, w] += g * T.Pow(d, -beta);
            T shared = factor * g * x[n, c, h, w] * T.Pow(d, -beta - T.One);
            for (int j = Math.Max(0, c - (options.Size / 2)); j <= Math.Min(x.Shape.Channels - 1, c + ((options.Size - 1) / 2)); j++)
                inputGradient[n, j, h, w] -= shared * x[n, j, h, w];
        }

        return inputGradient;
    }

    private static HostTensor<T> Denominators<T>(HostTensor<T> x, LocalResponseNormalizationOptions options)
        where T : IFloatingPointIeee754<T>
    {
        var denominators = new HostTensor<T>(x.Shape);
        T factor = T.CreateChecked((double)options.Alpha / options.Size);
        for (int n = 0; n < x.Shape.Batch; n++)
        for (int c = 0; c < x.Shape.Channels; c++)
        for (int h = 0; h < x.Shape.Height; h++)
        for (int w = 0; w < x.Shape.Width; w++)
        {
            T sum = T.Zero;
            for (int j = Math.Max(0, c - (options.Size / 2)); j <= Math.Min(x.Shape.Channels - 1, c + ((options.Size - 1) / 2)); j++)
                sum += x[n, j, h, w] * x[n, j, h, w];
            denominators[n, c, h, w] = T.CreateChecked(options.K) + (factor * sum);
        }

        return denominators;
    }
}
