using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Tests.Cpu;

/// <summary>A convolution's three results as one plain loop over all products, in double, each with the sum of the magnitudes of its products.</summary>
internal sealed class ConvolutionOracle
{
    public ConvolutionOracle(ConvolutionShape s, HostTensor input, HostTensor weight, HostTensor outputGradient, float[]? bias)
    {
        Output = new double[s.Output.Elements];
        OutputMagnitude = new double[s.Output.Elements];
        InputGradient = new double[s.Input.Elements];
        InputGradientMagnitude = new double[s.Input.Elements];
        WeightGradient = new double[s.Weight.Elements];
        WeightGradientMagnitude = new double[s.Weight.Elements];
        for (int n = 0; n < s.Batch; n++)
        for (int k = 0; k < s.OutputChannels; k++)
        for (int p = 0; p < s.OutputHeight; p++)
        for (int q = 0; q < s.OutputWidth; q++)
        {
            int output = (((((n * s.OutputChannels) + k) * s.OutputHeight) + p) * s.OutputWidth) + q;
            Output[output] = bias?[k] ?? 0;
            OutputMagnitude[output] = Math.Abs(Output[output]);
            double gradient = outputGradient.Values[output];
            for (int c = 0; c < s.InputChannelsPerGroup; c++)
            for (int r = 0; r < s.KernelHeight; r++)
            for (int t = 0; t < s.KernelWidth; t++)
            {
                int y = (p * s.StrideY) - s.PaddingTop + (r * s.DilationY);
                int x = (q * s.StrideX) - s.PaddingLeft + (t * s.DilationX);
                if (y < 0 || y >= s.InputHeight || x < 0 || x >= s.InputWidth)
                    continue;
                int channel = (k / s.OutputChannelsPerGroup * s.InputChannelsPerGroup) + c;
                int i = (((((n * s.InputChannels) + channel) * s.InputHeight) + y) * s.InputWidth) + x;
                int w = (((((k * s.InputChannelsPerGroup) + c) * s.KernelHeight) + r) * s.KernelWidth) + t;
                Add(Output, OutputMagnitude, output, (double)input.Values[i] * weight.Values[w]);
                Add(InputGradient, InputGradientMagnitude, i, gradient * weight.Values[w]);
                Add(WeightGradient, WeightGradientMagnitude, w, gradient * input.Values[i]);
            }
        }
    }

    public double[] Output { get; }

    public double[] OutputMagnitude { get; }

    public double[] InputGradient { get; }

    public double[] InputGradientMagnitude { get; }

    public double[] WeightGradient { get; }

    public double[] WeightGradientMagnitude { get; }

    private static void Add(double[] sums, double[] magnitudes, int index, double product)
    {
        sums[index] += product;
        magnitudes[index] += Math.Abs(product);
    }
}
