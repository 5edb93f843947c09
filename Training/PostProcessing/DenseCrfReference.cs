using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>
/// The definition of <see cref="DenseCrf"/>: the same updates with all N² pairs of pixels, in double. For small pictures and for tests.
/// </summary>
public static class DenseCrfReference
{
    /// <summary>
    /// Q = softmax(logits), then again and again Q_i(l) = softmax over l of (logit_i(l) + sum over terms m of w_m sum over j of n_i k_m(i, j) n_j Q_j(l)), n_i = 1 / sqrt(sum over j of k_m(i, j)).
    /// As in the authors' code, a pixel is its own neighbour: the fast filter cannot leave it out.
    /// </summary>
    /// <param name="image">The picture; grey or RGB, alpha does not count.</param>
    /// <param name="logits">Classes x Height x Width.</param>
    /// <param name="classes">Classes, at least 1.</param>
    /// <param name="options">Weights, deviations, iterations.</param>
    /// <returns>Classes x Height x Width probabilities.</returns>
    public static double[] Refine(Image image, ReadOnlySpan<double> logits, int classes, DenseCrfOptions options)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int pixels = image.Width * image.Height;
        double[,] weights = PairWeights(image, options);
        double[] beliefs = Softmax(logits, classes, pixels);
        for (int iteration = 0; iteration < options.Iterations; iteration++)
        {
            double[] scores = logits.ToArray();
            for (int c = 0; c < classes; c++)
            {
                for (int i = 0; i < pixels; i++)
                {
                    for (int j = 0; j < pixels; j++)
                        scores[(c * pixels) + i] += weights[i, j] * beliefs[(c * pixels) + j];
                }
            }

            beliefs = Softmax(scores, classes, pixels);
        }

        return beliefs;
    }

    /// <summary>k(i, j): both terms, each normalised and times its weight. N x N.</summary>
    internal static double[,] PairWeights(Image image, DenseCrfOptions options)
    {
        int pixels = image.Width * image.Height;
        var sum = new double[pixels, pixels];
        AddNormalized(sum, options.BilateralWeight, (i, j) => Math.Exp(
            (-PlaceDistance(image, i, j) / (2.0 * options.BilateralPosition * options.BilateralPosition)) - (ColorDistance(image, i, j) / (2.0 * options.BilateralColor * options.BilateralColor))));
        AddNormalized(sum, options.GaussianWeight, (i, j) => Math.Exp(-PlaceDistance(image, i, j) / (2.0 * options.GaussianPosition * options.GaussianPosition)));
        return sum;
    }

    private static void AddNormalized(double[,] sum, double weight, Func<int, int, double> kernel)
    {
        int pixels = sum.GetLength(0);
        double[] norm = [.. Enumerable.Range(0, pixels).Select(i => 1 / Math.Sqrt(Enumerable.Range(0, pixels).Sum(j => kernel(i, j))))];
        for (int i = 0; i < pixels; i++)
        {
            for (int j = 0; j < pixels; j++)
                sum[i, j] += weight * norm[i] * kernel(i, j) * norm[j];
        }
    }

    private static double PlaceDistance(Image image, int i, int j)
    {
        double dx = (i % image.Width) - (j % image.Width), dy = (i / image.Width) - (j / image.Width);
        return (dx * dx) + (dy * dy);
    }

    private static double ColorDistance(Image image, int i, int j)
    {
        double sum = 0;
        for (int c = 0; c < Math.Min(image.Channels, 3); c++)
        {
            double difference = image.Pixels[(i * image.Channels) + c] - image.Pixels[(j * image.Channels) + c];
            sum += difference * difference;
        }

        return sum;
    }

    private static double[] Softmax(ReadOnlySpan<double> scores, int classes, int pixels)
    {
        var probabilities = new double[scores.Length];
        for (int i = 0; i < pixels; i++)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int c = 0; c < classes; c++)
                largest = Math.Max(largest, scores[(c * pixels) + i]);
            for (int c = 0; c < classes; c++)
                sum += probabilities[(c * pixels) + i] = Math.Exp(scores[(c * pixels) + i] - largest);
            for (int c = 0; c < classes; c++)
                probabilities[(c * pixels) + i] /= sum;
        }

        return probabilities;
    }
}
