namespace SegFromScratch.Kernels.Softmax.Ladder;

/// <summary>
/// Rungs 2 and 3 of softmax over the channels: one work-item a pixel, which reads its logits once. Neighbours have neighbouring pixels, so that their loads join.
/// Tensors have channel block 1. Launched over blocks of pixels and images.
/// </summary>
public static class SoftmaxTileKernels
{
    /// <summary>Work-items a group.</summary>
    public const int Items = 128;

    /// <summary>Most classes of <see cref="SharedTiles"/> and <see cref="RegisterTiles"/>.</summary>
    public const int MostClasses = 32;

    /// <summary>
    /// Rung 2: the logits of a group's pixels wait in shared memory between the maximum, the sum and the result, where the first rung reads them three times and takes each exponential twice.
    /// A column of shared memory belongs to one work-item alone: no barriers.
    /// </summary>
    [Kernel(GroupSize = Items)]
    public static void SharedTiles(TensorView input, TensorView output, int logarithm)
    {
        ArrayView<float> tile = SharedMemory.Allocate<float>(MostClasses * Items);
        int item = Group.IdxX;
        int classes = input.Layout.Channels;
        int pixels = input.Layout.Height * input.Layout.Width;
        int pixel = (Grid.IdxX * Items) + item;
        int start = (Grid.IdxY * classes * pixels) + pixel;
        if (pixel < pixels)
        {
            float largest = input.Data[start];
            for (int c = 0; c < classes; c++)
            {
                float x = input.Data[start + (c * pixels)];
                tile[(c * Items) + item] = x;
                largest = MathF.Max(largest, x);
            }

            float sum = 0f;
            for (int c = 0; c < classes; c++)
            {
                float shifted = tile[(c * Items) + item] - largest;
                float exponential = MathF.Exp(shifted);
                sum += exponential;
                tile[(c * Items) + item] = logarithm != 0 ? shifted : exponential;
            }

            float last = logarithm != 0 ? MathF.Log(sum) : 1f / sum;
            for (int c = 0; c < classes; c++)
                output.Data[start + (c * pixels)] = logarithm != 0 ? tile[(c * Items) + item] - last : tile[(c * Items) + item] * last;
        }
    }

    /// <summary>Rung 3: as <see cref="SharedTiles"/>, but the number of classes is a constant to the compiler, so that the logits wait in registers.</summary>
    [Kernel(GroupSize = Items)]
    public static void RegisterTiles(TensorView input, TensorView output, int logarithm, SpecializedValue<int> classes)
    {
        ArrayView<float> values = LocalMemory.Allocate<float>(classes.Value);
        int pixels = input.Layout.Height * input.Layout.Width;
        int pixel = (Grid.IdxX * Items) + Group.IdxX;
        int start = (Grid.IdxY * classes.Value * pixels) + pixel;
        if (pixel < pixels)
        {
            for (int c = 0; c < classes.Value; c++)
                values[c] = input.Data[start + (c * pixels)];
            float largest = values[0];
            for (int c = 1; c < classes.Value; c++)
                largest = MathF.Max(largest, values[c]);
            float sum = 0f;
            for (int c = 0; c < classes.Value; c++)
            {
                float shifted = values[c] - largest;
                float exponential = MathF.Exp(shifted);
                sum += exponential;
                values[c] = logarithm != 0 ? shifted : exponential;
            }

            float last = logarithm != 0 ? MathF.Log(sum) : 1f / sum;
            for (int c = 0; c < classes.Value; c++)
                output.Data[start + (c * pixels)] = logarithm != 0 ? values[c] - last : values[c] * last;
        }
    }

    /// <summary>Rung 3 of the backward pass: output and its gradient wait in registers between the sum over the channels and the result.</summary>
    [Kernel(GroupSize = Items)]
    public static void BackwardRegisterTiles(TensorView output, TensorView outputGradient, TensorView inputGradient, int logarithm, SpecializedValue<int> classes)
    {
        ArrayView<float> y = LocalMemory.Allocate<float>(classes.Value);
        ArrayView<float> g = LocalMemory.Allocate<float>(classes.Value);
        int pixels = output.Layout.Height * output.Layout.Width;
        int pixel = (Grid.IdxX * Items) + Group.IdxX;
        int start = (Grid.IdxY * classes.Value * pixels) + pixel;
        if (pixel < pixels)
        {
            float sum = 0f;
            for (int c = 0; c < classes.Value; c++)
            {
                y[c] = output.Data[start + (c * pixels)];
                g[c] = outputGradient.Data[start + (c * pixels)];
                sum += logarithm != 0 ? g[c] : g[c] * y[c];
            }

            for (int c = 0; c < classes.Value; c++)
                inputGradient.Data[start + (c * pixels)] = logarithm != 0 ? g[c] - (MathF.Exp(y[c]) * sum) : y[c] * (g[c] - sum);
        }
    }
}
