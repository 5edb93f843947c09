namespace SegFromScratch.Tests.Cpu;

/// <summary>Batch normalisation and its gradients, straight from their formulas, in double.</summary>
internal sealed class BatchNormalizationOracle
{
    /// <param name="output">The computed output: where it is 0 by a hair is its own affair, so the rectifier's mask is taken from it.</param>
    public BatchNormalizationOracle(HostTensor input, HostTensor gradient, float[] gamma, float[] beta, double epsilon, bool relu, HostTensor output)
    {
        int channels = input.Shape.Channels, pixels = input.Shape.Height * input.Shape.Width;
        double count = (double)input.Shape.Batch * pixels;
        (Mean, InverseDeviation, UnbiasedVariance) = (new double[channels], new double[channels], new double[channels]);
        (BetaGradient, GammaGradient) = (new double[channels], new double[channels]);
        (Output, InputGradient, FrozenGradient) = (new double[input.Values.Length], new double[input.Values.Length], new double[input.Values.Length]);
        for (int c = 0; c < channels; c++)
        {
            int[] places = [.. Enumerable.Range(0, input.Shape.Batch).SelectMany(n => Enumerable.Range(((n * channels) + c) * pixels, pixels))];
            Mean[c] = places.Average(i => (double)input.Values[i]);
            double squares = places.Sum(i => Math.Pow(input.Values[i] - Mean[c], 2));
            InverseDeviation[c] = 1 / Math.Sqrt((squares / count) + epsilon);
            UnbiasedVariance[c] = squares / (count - 1);
            foreach (int i in places)
            {
                double h = (input.Values[i] - Mean[c]) * InverseDeviation[c];
                Output[i] = (gamma[c] * h) + beta[c];
                if (relu)
                    Output[i] = Math.Max(0, Output[i]);
                double g = relu && output.Values[i] == 0 ? 0 : gradient.Values[i];
                BetaGradient[c] += g;
                GammaGradient[c] += g * h;
            }

            foreach (int i in places)
            {
                double h = (input.Values[i] - Mean[c]) * InverseDeviation[c];
                double g = relu && output.Values[i] == 0 ? 0 : gradient.Values[i];
                FrozenGradient[i] = gamma[c] * InverseDeviation[c] * g;
                InputGradient[i] = gamma[c] * InverseDeviation[c] * (g - ((BetaGradient[c] + (h * GammaGradient[c])) / count));
            }
        }
    }

    public double[] Mean { get; }

    public double[] InverseDeviation { get; }

    public double[] UnbiasedVariance { get; }

    public double[] Output { get; }

    public double[] BetaGradient { get; }

    public double[] GammaGradient { get; }

    public double[] InputGradient { get; }

    public double[] FrozenGradient { get; }
}
