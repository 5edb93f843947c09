using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.BatchNormalization.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>
/// Group normalisation on the <c>cpu</c> device, for tensors of channel block 8 or 16: the loops of batch normalisation, with numbers for each channel
/// of each image. Statistics hold one number an image and group, at n * G + g; gamma and beta hold C numbers or none, for ones and zeros.
/// </summary>
internal static unsafe class GroupNormalizationCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>Mean and 1 / sqrt(biased variance + epsilon) of each image's groups.</summary>
    public static void Statistics(
        CpuDevice device, ChannelGroups groups, TensorView input, float epsilon, ArrayView<float> mean, ArrayView<float> inverseDeviation)
    {
        var planes = new ChannelPlanes(input);
        using var slices = new SliceMoments(device, planes);
        for (int group = 0; group < planes.Batch * groups.Count; group++)
        {
            Moments total = default;
            int first = group % groups.Count * groups.Size;
            for (int c = first; c < first + groups.Size; c++)
                total = slices.Join(total, group / groups.Count, c);
            mean[group] = (float)total.Mean;
            inverseDeviation[group] = (float)(1 / Math.Sqrt((total.Squares / total.Count) + epsilon));
        }
    }

    /// <summary>output = gamma * (input - mean) * inverseDeviation + beta.</summary>
    public static void Normalize(
        CpuDevice device,
        ChannelGroups groups,
        TensorView input,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        TensorView output)
    {
        var planes = new ChannelPlanes(input);
        using Workspace vectors = new(device, ChannelParameters.Floats(planes, perImage: true), "channel parameters");
        var job = new NormalizeJob
        {
            Input = planes,
            Output = output.Data.Pointer,
            Tickets = new PlaneTickets(planes),
            Parameters = Parameters(planes, groups, gamma, beta, mean, inverseDeviation, vectors.Pointer),
            Floor = float.NegativeInfinity,
        };
        device.Threads.Run(job, job.Tickets.Count, lastFirst: true);
    }

    /// <summary>
    /// With g the output gradient and h = (input - mean) * inverseDeviation: the gradients of beta, sum of g, and gamma, sum of g h, over images and pixels; and
    /// inputGradient = inverseDeviation * (gamma g - (sum of gamma g + h * sum of gamma g h) / M), with sums over the M values of an image's group.
    /// </summary>
    public static void Backward(
        CpuDevice device,
        ChannelGroups groups,
        TensorView input,
        TensorView outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient,
        TensorView inputGradient)
    {
        var planes = new ChannelPlanes(input);
        var tickets = new PlaneTickets(planes);
        using Workspace vectors = new(device, ChannelParameters.Floats(planes, perImage: true), "channel parameters");
        ChannelParameters parameters = Parameters(planes, groups, gamma, default, mean, inverseDeviation, vectors.Pointer);
        using var slices = new SliceGradientSums(device, planes, outputGradient.Data.Pointer, parameters, float.NegativeInfinity);
        Totals(planes, slices, groups, gamma, inverseDeviation, parameters, betaGradient, gammaGradient);
        if (inputGradient.Data.Length == 0)
            return;
        device.Threads.Run(
            new InputGradientJob
            {
                Input = planes,
                OutputGradient = outputGradient.Data.Pointer,
                InputGradient = inputGradient.Data.Pointer,
                Tickets = tickets,
                Parameters = parameters,
                Floor = float.NegativeInfinity,
            },
            tickets.Count,
            lastFirst: true);
    }

    /// <summary>Adds the sums of slices up to the gradients of beta and gamma, and fills in what the input gradient needs of each channel.</summary>
    private static void Totals(
        in ChannelPlanes planes,
        in SliceGradientSums slices,
        ChannelGroups groups,
        ArrayView<float> gamma,
        ArrayView<float> inverseDeviation,
        ChannelParameters parameters,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient)
    {
        int padded = planes.Blocks * planes.Block;
        double count = (double)groups.Size * planes.Height * planes.Width;
        new Span<float>(betaGradient.Pointer, betaGradient.Length).Clear();
        new Span<float>(gammaGradient.Pointer, gammaGradient.Length).Clear();
        for (int group = 0; group < planes.Batch * groups.Count; group++)
        {
            int image = group / groups.Count;
            int first = group % groups.Count * groups.Size;
            double inverse = inverseDeviation[group], groupSum = 0, groupProduct = 0;
            for (int c = first; c < first + groups.Size; c++)
            {
                double sum = 0, product = 0;
                slices.AddTo(ref sum, ref product, image, c, inverse);
                double weight = gamma.Length > 0 ? gamma[c] : 1;
                groupSum += weight * sum;
                groupProduct += weight * product;
                betaGradient[c] += (float)sum;
                gammaGradient[c] += (float)product;
            }

            for (int c = first; c < first + groups.Size; c++)
            {
                parameters.Slope[(image * padded) + c] = (float)(-inverse * inverse * groupProduct / count);
                parameters.Constant[(image * padded) + c] = (float)(-inverse * groupSum / count);
            }
        }
    }

    private static ChannelParameters Parameters(
        in ChannelPlanes planes,
        ChannelGroups groups,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        float* memory)
    {
        int padded = planes.Blocks * planes.Block;
        ChannelParameters parameters = ChannelParameters.Zeros(memory, planes.Batch * padded, perImage: true);
        for (int image = 0; image < planes.Batch; image++)
        {
            for (int c = 0; c < planes.Channels; c++)
            {
                int group = (image * groups.Count) + groups.Of(c);
                int at = (image * padded) + c;
                parameters.Mean[at] = mean[group];
                parameters.Scale[at] = (gamma.Length > 0 ? gamma[c] : 1f) * inverseDeviation[group];
                parameters.Beta[at] = beta.Length > 0 ? beta[c] : 0f;
            }
        }

        return parameters;
    }
}
