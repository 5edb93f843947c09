using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>
/// The gradients of group normalisation. g is the gradient of the output; h = (x - mean) * inverseDeviation is computed again, not kept.
/// Sums over slices for beta and gamma, which are sums a channel over all images, are those of batch normalisation.
/// </summary>
public static class GroupNormalizationBackwardKernels
{
    /// <summary>sums = sum of g, products = sum of g * h over one slice of one channel; thread slice * C + c.</summary>
    [Kernel]
    public static void Partials(
        Index1D index,
        ChannelGroups groups,
        TensorView input,
        TensorView outputGradient,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        PixelSlices slices,
        ArrayView<float> sums,
        ArrayView<float> products)
    {
        int slice = index / input.Layout.Channels;
        int c = index - (slice * input.Layout.Channels);
        int n = slices.Image(slice);
        int group = (n * groups.Count) + groups.Of(c);
        int end = slices.End(slice);
        var sum = new CompensatedSum(0f, 0f);
        var product = new CompensatedSum(0f, 0f);
        for (int pixel = slices.Start(slice); pixel < end; pixel++)
        {
            int at = PixelSlices.Offset(input.Layout, n, c, pixel);
            float g = outputGradient.Data[at];
            sum = sum.Add(g);
            product = product.Add(g * (input.Data[at] - mean[group]) * inverseDeviation[group]);
        }

        sums[index] = sum.Sum;
        products[index] = product.Sum;
    }

    /// <summary>groupSums = sum of gamma * sums, groupProducts = sum of gamma * products over channels and slices of an image's group, one thread an image and group.</summary>
    [Kernel]
    public static void GroupTotals(
        Index1D index,
        ChannelGroups groups,
        PixelSlices slices,
        ArrayView<float> gamma,
        ArrayView<float> sums,
        ArrayView<float> products,
        ArrayView<float> groupSums,
        ArrayView<float> groupProducts)
    {
        int n = index / groups.Count;
        int firstChannel = (index - (n * groups.Count)) * groups.Size;
        int firstSlice = n * slices.SlicesAnImage;
        var sum = new CompensatedSum(0f, 0f);
        var product = new CompensatedSum(0f, 0f);
        for (int slice = firstSlice; slice < firstSlice + slices.SlicesAnImage; slice++)
        {
            for (int c = firstChannel; c < firstChannel + groups.Size; c++)
            {
                int at = (slice * groups.Count * groups.Size) + c;
                float weight = gamma.Length > 0 ? gamma[c] : 1f;
                sum = sum.Add(weight * sums[at]);
                product = product.Add(weight * products[at]);
            }
        }

        groupSums[index] = sum.Sum;
        groupProducts[index] = product.Sum;
    }

    /// <summary>inputGradient = inverseDeviation * (gamma * g - (groupSum + h * groupProduct) / M), M the elements of an image's group; one thread an element of memory.</summary>
    [Kernel]
    public static void Input(
        Index1D index,
        ChannelGroups groups,
        TensorView input,
        ArrayView<float> outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        ArrayView<float> groupSums,
        ArrayView<float> groupProducts,
        TensorView inputGradient)
    {
        TensorLayout layout = inputGradient.Layout;
        TensorPosition at = layout.Position(index);
        if (at.C >= layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int group = (at.N * groups.Count) + groups.Of(at.C);
        float count = (float)groups.Size * layout.Height * layout.Width;
        float h = (input.Data[index] - mean[group]) * inverseDeviation[group];
        float g = (gamma.Length > 0 ? gamma[at.C] : 1f) * outputGradient[index];
        inputGradient.Data[index] = inverseDeviation[group] * (g - ((groupSums[group] + (h * groupProducts[group])) / count));
    }
}
