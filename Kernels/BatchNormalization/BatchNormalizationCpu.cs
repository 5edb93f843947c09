using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.BatchNormalization.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>
/// Batch normalisation on the <c>cpu</c> device, for tensors of channel block 8 or 16. Vectors hold C numbers; gamma and beta may be
/// empty for ones and zeros, running statistics where none are kept. Sums are taken in double over fixed slices,
/// so results do not depend on the number of threads. The formulas are those of <see cref="BatchNormalizationKernels"/>.
/// </summary>
internal static unsafe class BatchNormalizationCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>Mean and 1 / sqrt(biased variance + epsilon) of each channel; moves the running statistics.</summary>
    public static void Statistics(
        CpuDevice device,
        TensorView input,
        float momentum,
        float epsilon,
        ArrayView<float> runningMean,
        ArrayView<float> runningVariance,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation)
    {
        var planes = new ChannelPlanes(input);
        using var slices = new SliceMoments(device, planes);
        float* means = mean.Pointer, inverse = inverseDeviation.Pointer, movedMean = runningMean.Pointer, movedVariance = runningVariance.Pointer;
        for (int c = 0; c < planes.Channels; c++)
        {
            Moments total = default;
            for (int image = 0; image < planes.Batch; image++)
                total = slices.Join(total, image, c);
            means[c] = (float)total.Mean;
            inverse[c] = (float)(1 / Math.Sqrt((total.Squares / total.Count) + epsilon));
            if (movedMean is not null)
            {
                movedMean[c] = (float)(((1.0 - momentum) * movedMean[c]) + (momentum * total.Mean));
                movedVariance[c] = (float)(((1.0 - momentum) * movedVariance[c]) + (momentum * total.Squares / (total.Count - 1)));
            }
        }
    }

    /// <summary>output = gamma * (input - mean) * inverseDeviation + beta + added, at least 0 with the fused ReLU. An empty summand adds nothing.</summary>
    public static void Normalize(
        CpuDevice device,
        TensorView input,
        ArrayView<float> added,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        bool relu,
        TensorView output)
    {
        var planes = new ChannelPlanes(input);
        var tickets = new PlaneTickets(planes);
        using Workspace vectors = new(device, ChannelParameters.Floats(planes, perImage: false), "channel parameters");
        device.Threads.Run(
            new NormalizeJob
            {
                Input = planes,
                Added = added.Pointer,
                Output = output.Data.Pointer,
                Tickets = tickets,
                Parameters = ChannelParameters.Fill(planes, gamma, beta, mean, inverseDeviation, vectors.Pointer),
                Floor = Floor(relu),
            },
            tickets.Count,
            lastFirst: true);
    }

    /// <summary>
    /// betaGradient = sum of g, gammaGradient = sum of g * (input - mean) * inverseDeviation; g is the output gradient, 0 where the fused ReLU gave 0.
    /// Where something was added before the ReLU, that is read from the output and g is stored; else output and <paramref name="rectified"/> are empty.
    /// </summary>
    public static void BackwardParameters(
        CpuDevice device,
        TensorView input,
        ArrayView<float> output,
        TensorView outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        bool relu,
        ArrayView<float> rectified,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient)
    {
        var planes = new ChannelPlanes(input);
        using Workspace vectors = new(device, ChannelParameters.Floats(planes, perImage: false), "channel parameters");
        ChannelParameters parameters = ChannelParameters.Fill(planes, gamma, beta, mean, inverseDeviation, vectors.Pointer);
        using var slices = new SliceGradientSums(device, planes, outputGradient.Data.Pointer, parameters, Floor(relu), output.Pointer, rectified.Pointer);
        float* inverse = inverseDeviation.Pointer, sums = betaGradient.Pointer, products = gammaGradient.Pointer;
        for (int c = 0; c < planes.Channels; c++)
        {
            double sum = 0, product = 0;
            for (int image = 0; image < planes.Batch; image++)
                slices.AddTo(ref sum, ref product, image, c, times: 1);
            sums[c] = (float)sum;
            products[c] = (float)(product * inverse[c]);
        }
    }

    /// <summary>
    /// inputGradient = gamma * inverseDeviation * (g - (betaGradient + h * gammaGradient) / M) with h = (input - mean) * inverseDeviation and
    /// M values a channel. With empty gradients of beta and gamma the statistics are constants: inputGradient = gamma * inverseDeviation * g.
    /// </summary>
    public static void BackwardInput(
        CpuDevice device,
        TensorView input,
        TensorView outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        bool relu,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient,
        TensorView inputGradient)
    {
        var planes = new ChannelPlanes(input);
        var tickets = new PlaneTickets(planes);
        using Workspace vectors = new(device, ChannelParameters.Floats(planes, perImage: false), "channel parameters");
        ChannelParameters parameters = ChannelParameters.Fill(planes, gamma, beta, mean, inverseDeviation, vectors.Pointer);
        if (betaGradient.Length > 0)
        {
            double count = (double)planes.Batch * planes.Height * planes.Width;
            float* inverse = inverseDeviation.Pointer, sums = betaGradient.Pointer, products = gammaGradient.Pointer;
            for (int c = 0; c < planes.Channels; c++)
            {
                parameters.Slope[c] = (float)(-(double)parameters.Scale[c] * inverse[c] * products[c] / count);
                parameters.Constant[c] = (float)(-(double)parameters.Scale[c] * sums[c] / count);
            }
        }

        device.Threads.Run(
            new InputGradientJob
            {
                Input = planes,
                OutputGradient = outputGradient.Data.Pointer,
                InputGradient = inputGradient.Data.Pointer,
                Tickets = tickets,
                Parameters = parameters,
                Floor = Floor(relu),
            },
            tickets.Count,
            lastFirst: true);
    }

    private static float Floor(bool relu) => relu ? 0 : float.NegativeInfinity;
}
