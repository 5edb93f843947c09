using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Softmax.Ladder;

namespace SegFromScratch.Kernels.CrossEntropy.Ladder;

/// <summary>Rung 4 of softmax cross-entropy, for devices that are processors: sixteen neighbouring pixels are a vector. Tensors have channel block 1. Launched over blocks of pixels and images.</summary>
public static class CrossEntropyVectorKernels
{
    /// <summary>The loss of each pixel; parameters as in <see cref="CrossEntropyKernels.Forward"/>.</summary>
    [Kernel(GroupSize = 1)]
    public static void Forward(
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> losses,
        ArrayView<float> weights)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> panel = LocalMemory.Allocate<float>(SoftmaxVectorKernels.MostClasses * VectorTile.Lanes);
        ArrayView<float> sums = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> maxima = LocalMemory.Allocate<float>(VectorTile.Lanes);
        int classes = logits.Layout.Channels;
        int pixels = logits.Layout.Height * logits.Layout.Width;
        int end = Math.Min(pixels, (Grid.IdxX + 1) * SoftmaxVectorKernels.Pixels);
        int image = Grid.IdxY * classes * pixels;
        for (int pixel = Grid.IdxX * SoftmaxVectorKernels.Pixels; pixel < end; pixel += VectorTile.Lanes)
        {
            int count = end - pixel;
            FloatVector16 largest = SoftmaxVectorKernels.Largest(logits, image + pixel, count, panel, lanes);
            FloatVector16 sum = FloatVector16.Splat(0f);
            FloatVector16 distances = FloatVector16.Splat(0f);
            float total = 0f;
            for (int c = 0; c < classes; c++)
            {
                FloatVector16 below = FloatVector16.Load(panel, c * VectorTile.Lanes) - largest;
                sum = FloatVector16.Exp(below) + sum;
                if (smoothing > 0f)
                {
                    float weight = CrossEntropyKernels.WeightOf(classWeights, c);
                    distances = FloatVector16.MultiplyAdd(-weight, below, distances);
                    total += weight;
                }
            }

            FloatVector16.Store(sums, 0, sum);
            FloatVector16.Store(maxima, 0, largest);
            FloatVector16.Store(lanes, 0, distances);
            for (int lane = 0; lane < Math.Min(count, VectorTile.Lanes); lane++)
            {
                int index = (Grid.IdxY * pixels) + pixel + lane;
                int label = target[index];
                float logSum = MathF.Log(sums[lane]);
                float weight = 0f;
                float loss = 0f;
                if (CrossEntropyKernels.Counts(label, classes, ignoreIndex))
                {
                    weight = CrossEntropyKernels.WeightOf(classWeights, label);
                    loss = (1f - smoothing) * weight * (maxima[lane] - panel[(label * VectorTile.Lanes) + lane] + logSum);
                    if (smoothing > 0f)
                        loss += smoothing / classes * (lanes[lane] + (total * logSum));
                }

                logSumExponentials[index] = maxima[lane] + logSum;
                losses[index] = loss;
                weights[index] = weight;
            }
        }
    }

    /// <summary>The derivative by the logits; parameters as in <see cref="CrossEntropyKernels.Backward"/>.</summary>
    [Kernel(GroupSize = 1)]
    public static void Backward(
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> hits = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> counted = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<int> labels = LocalMemory.Allocate<int>(VectorTile.Lanes);
        int classes = logits.Layout.Channels;
        int pixels = logits.Layout.Height * logits.Layout.Width;
        int end = Math.Min(pixels, (Grid.IdxX + 1) * SoftmaxVectorKernels.Pixels);
        int image = Grid.IdxY * classes * pixels;
        float scale = lossGradient[0] * factor[0];
        float smoothed = CrossEntropyKernels.SmoothedWeights(classWeights, smoothing, classes);
        for (int pixel = Grid.IdxX * SoftmaxVectorKernels.Pixels; pixel < end; pixel += VectorTile.Lanes)
        {
            int count = end - pixel;
            for (int lane = 0; lane < VectorTile.Lanes; lane++)
            {
                int label = lane < count ? target[(Grid.IdxY * pixels) + pixel + lane] : ignoreIndex;
                bool counts = CrossEntropyKernels.Counts(label, classes, ignoreIndex);
                labels[lane] = counts ? label : -1;
                counted[lane] = counts ? 1f : 0f;
                hits[lane] = counts ? (1f - smoothing) * CrossEntropyKernels.WeightOf(classWeights, label) : 0f;
            }

            FloatVector16 counting = FloatVector16.Load(counted, 0);
            FloatVector16 all = FloatVector16.Load(hits, 0) + FloatVector16.Splat(smoothed);
            FloatVector16 logSum = VectorTile.LoadBetween(logSumExponentials, (Grid.IdxY * pixels) + pixel, 0, count, lanes);
            for (int c = 0; c < classes; c++)
            {
                int at = image + (c * pixels) + pixel;
                FloatVector16 own = FloatVector16.Splat(-smoothing / classes * CrossEntropyKernels.WeightOf(classWeights, c));
                FloatVector16 probability = FloatVector16.Exp(VectorTile.LoadBetween(logits.Data, at, 0, count, lanes) - logSum);
                FloatVector16 gradient = FloatVector16.Splat(scale) * FloatVector16.MultiplyAdd(probability, all, own);
                VectorTile.StoreFirst(inputGradient.Data, at, count, FloatVector16.WhereAbove(gradient, counting), lanes);
            }

            // What only the pixel's own class has.
            for (int lane = 0; lane < VectorTile.Lanes; lane++)
            {
                if (labels[lane] >= 0)
                    inputGradient.Data[image + (labels[lane] * pixels) + pixel + lane] -= scale * hits[lane];
            }
        }
    }
}
