using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Layers.Initialization;

/// <summary>Fills a new parameter.</summary>
/// <param name="shape">K,C/g,kh,kw of a weight, 1,C,1,1 of a vector.</param>
/// <param name="values">The numbers to fill.</param>
/// <param name="seed">Fixes the random numbers; different for every parameter.</param>
public delegate void Initializer(TensorShape shape, Span<float> values, ulong seed);

/// <summary>The usual ways to start.</summary>
public static class Initializers
{
    // The standard deviation of a standard normal distribution cut at two deviations.
    private const double DeviationOfTruncatedNormal = 0.87962566103423978;

    /// <summary>The same number everywhere.</summary>
    public static Initializer Constant(float value) => (_, values, _) => values.Fill(value);

    /// <summary>
    /// He et al. 2015 ("Delving deep into rectifiers") as Keras has it: normal numbers cut at two deviations, with variance 2 / fan-in after the cut.
    /// </summary>
    public static Initializer HeNormal { get; } = (shape, values, seed) =>
        FillTruncatedNormal(values, Math.Sqrt(2.0 / FanIn(shape)) / DeviationOfTruncatedNormal, seed);

    /// <summary>Normal numbers with variance 2 / fan-out: ResNet. PyTorch: <c>kaiming_normal_(mode="fan_out", nonlinearity="relu")</c>.</summary>
    public static Initializer HeNormalFanOut { get; } = (shape, values, seed) => FillNormal(values, Math.Sqrt(2.0 / FanOut(shape)), seed);

    /// <summary>Uniform in ±sqrt(6 / fan-in). PyTorch: <c>kaiming_uniform_(mode="fan_in", nonlinearity="relu")</c>.</summary>
    public static Initializer HeUniform { get; } = (shape, values, seed) => FillUniform(values, Math.Sqrt(6.0 / FanIn(shape)), seed);

    /// <summary>Uniform in ±1 / sqrt(fan-in) of the weight itself: PyTorch's default for convolutions.</summary>
    public static Initializer UniformFanIn { get; } = (shape, values, seed) => FillUniform(values, 1 / Math.Sqrt(FanIn(shape)), seed);

    /// <summary>Normal numbers with a given deviation.</summary>
    public static Initializer NormalOf(double deviation) => (_, values, seed) => FillNormal(values, deviation, seed);

    /// <summary>Normal numbers with a given deviation, drawn again where they lie beyond two of it. TensorFlow: <c>truncated_normal_initializer</c>.</summary>
    public static Initializer TruncatedNormal(double deviation) => (_, values, seed) => FillTruncatedNormal(values, deviation, seed);

    /// <summary>Normal numbers with variance 2 / fan-in, not cut: U-Net 2015.</summary>
    public static Initializer Normal { get; } = (shape, values, seed) => FillNormal(values, Math.Sqrt(2.0 / FanIn(shape)), seed);

    /// <summary>Glorot and Bengio 2010: uniform in ±sqrt(6 / (fan-in + fan-out)). Keras's default.</summary>
    public static Initializer GlorotUniform { get; } = (shape, values, seed) =>
        FillUniform(values, Math.Sqrt(6.0 / (FanIn(shape) + FanOut(shape))), seed);

    /// <summary>Uniform in ±1 / sqrt(fan-in): PyTorch's default for convolutions. For a bias, give the fan-in of its weight.</summary>
    public static Initializer Uniform(int fanIn) => (_, values, seed) => FillUniform(values, 1 / Math.Sqrt(fanIn), seed);

    /// <summary>
    /// The kernel with which a transposed convolution interpolates linearly between its inputs: (1 - |x - c| / f) (1 - |y - c| / f) with f = (k + 1) / 2, c = f - 1 for odd k, f - 1/2 for even.
    /// The same for every channel; give it to a depthwise one. Long, Shelhamer and Darrell, CVPR 2015.
    /// </summary>
    public static Initializer BilinearKernel { get; } = (shape, values, _) =>
    {
        int kernel = shape.Width, factor = (kernel + 1) / 2;
        double centre = kernel % 2 == 1 ? factor - 1 : factor - 0.5;
        for (int i = 0; i < values.Length; i++)
        {
            double x = 1 - (Math.Abs((i % kernel) - centre) / factor), y = 1 - (Math.Abs((i / kernel % kernel) - centre) / factor);
            values[i] = (float)(x * y);
        }
    };

    private static int FanIn(TensorShape shape) => shape.Channels * shape.Height * shape.Width;

    private static int FanOut(TensorShape shape) => shape.Batch * shape.Height * shape.Width;

    private static void FillNormal(Span<float> values, double deviation, ulong seed)
    {
        var random = new SplitMix64(seed);
        foreach (ref float value in values)
            value = (float)(random.Normal() * deviation);
    }

    private static void FillTruncatedNormal(Span<float> values, double deviation, ulong seed)
    {
        var random = new SplitMix64(seed);
        foreach (ref float value in values)
        {
            double normal;
            do
                normal = random.Normal();
            while (Math.Abs(normal) > 2);
            value = (float)(normal * deviation);
        }
    }

    private static void FillUniform(Span<float> values, double limit, ulong seed)
    {
        var random = new SplitMix64(seed);
        foreach (ref float value in values)
            value = (float)(((2 * random.Uniform()) - 1) * limit);
    }
}
