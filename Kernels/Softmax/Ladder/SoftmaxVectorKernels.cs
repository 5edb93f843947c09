using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Softmax.Ladder;

/// <summary>Rung 4 of softmax, for devices that are processors: sixteen neighbouring pixels are a vector. All their channels are copied into a panel when they are first read: planes of a power of two of pixels lie on the same few lines of a cache, which cannot keep them. Tensors have channel block 1. Launched over blocks of pixels and images.</summary>
public static class SoftmaxVectorKernels
{
    /// <summary>Pixels a work-item.</summary>
    public const int Pixels = 256;

    /// <summary>Most classes: a panel has 16 KB.</summary>
    public const int MostClasses = 256;

    /// <summary>output = exp(input - largest) / sum, each exponential taken once; with <paramref name="logarithm"/> not 0 its logarithm.</summary>
    [Kernel(GroupSize = 1)]
    public static void Forward(TensorView input, TensorView output, int logarithm)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> panel = LocalMemory.Allocate<float>(MostClasses * VectorTile.Lanes);
        int classes = input.Layout.Channels;
        int pixels = input.Layout.Height * input.Layout.Width;
        int end = Math.Min(pixels, (Grid.IdxX + 1) * Pixels);
        int image = Grid.IdxY * classes * pixels;
        for (int pixel = Grid.IdxX * Pixels; pixel < end; pixel += VectorTile.Lanes)
        {
            int count = end - pixel;
            FloatVector16 largest = Largest(input, image + pixel, count, panel, lanes);
            FloatVector16 sum = FloatVector16.Splat(0f);
            for (int c = 0; c < classes; c++)
            {
                FloatVector16 shifted = FloatVector16.Load(panel, c * VectorTile.Lanes) - largest;
                FloatVector16 exponential = FloatVector16.Exp(shifted);
                sum = exponential + sum;
                FloatVector16.Store(panel, c * VectorTile.Lanes, logarithm != 0 ? shifted : exponential);
            }

            FloatVector16 last = Last(sum, logarithm, lanes);
            for (int c = 0; c < classes; c++)
            {
                int at = image + (c * pixels) + pixel;
                FloatVector16 waiting = FloatVector16.Load(panel, c * VectorTile.Lanes);
                VectorTile.StoreFirst(output.Data, at, count, logarithm != 0 ? waiting - last : waiting * last, lanes);
            }
        }
    }

    /// <summary>inputGradient as in <see cref="SoftmaxKernels.Backward"/>.</summary>
    [Kernel(GroupSize = 1)]
    public static void Backward(TensorView output, TensorView outputGradient, TensorView inputGradient, int logarithm)
    {
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<float> gradients = LocalMemory.Allocate<float>(MostClasses * VectorTile.Lanes);
        ArrayView<float> outputs = LocalMemory.Allocate<float>(MostClasses * VectorTile.Lanes);
        int classes = output.Layout.Channels;
        int pixels = output.Layout.Height * output.Layout.Width;
        int end = Math.Min(pixels, (Grid.IdxX + 1) * Pixels);
        for (int pixel = Grid.IdxX * Pixels; pixel < end; pixel += VectorTile.Lanes)
        {
            int count = end - pixel;
            int first = (Grid.IdxY * classes * pixels) + pixel;
            FloatVector16 sum = FloatVector16.Splat(0f);
            for (int c = 0; c < classes; c++)
            {
                FloatVector16 g = VectorTile.LoadBetween(outputGradient.Data, first + (c * pixels), 0, count, lanes);
                FloatVector16 y = VectorTile.LoadBetween(output.Data, first + (c * pixels), 0, count, lanes);
                FloatVector16.Store(gradients, c * VectorTile.Lanes, g);
                FloatVector16.Store(outputs, c * VectorTile.Lanes, y);
                if (logarithm != 0)
                    sum = g + sum;
                else
                    sum = FloatVector16.MultiplyAdd(g, y, sum);
            }

            for (int c = 0; c < classes; c++)
            {
                FloatVector16 g = FloatVector16.Load(gradients, c * VectorTile.Lanes);
                FloatVector16 y = FloatVector16.Load(outputs, c * VectorTile.Lanes);
                FloatVector16 result = logarithm != 0 ? g - (FloatVector16.Exp(y) * sum) : y * (g - sum);
                VectorTile.StoreFirst(inputGradient.Data, first + (c * pixels), count, result, lanes);
            }
        }
    }

    /// <summary>The largest channel of sixteen pixels, which are copied into a panel.</summary>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="first">Where the first pixel's first channel lies.</param>
    /// <param name="count">How many of the sixteen there are; may be above 16.</param>
    /// <param name="panel">Written: the pixels, channel by channel.</param>
    /// <param name="lanes">Room for 16 numbers.</param>
    public static FloatVector16 Largest(TensorView input, int first, int count, ArrayView<float> panel, ArrayView<float> lanes)
    {
        int pixels = input.Layout.Height * input.Layout.Width;
        FloatVector16 largest = VectorTile.LoadBetween(input.Data, first, 0, count, lanes);
        FloatVector16.Store(panel, 0, largest);
        for (int c = 1; c < input.Layout.Channels; c++)
        {
            FloatVector16 x = VectorTile.LoadBetween(input.Data, first + (c * pixels), 0, count, lanes);
            FloatVector16.Store(panel, c * VectorTile.Lanes, x);
            largest = FloatVector16.Max(largest, x);
        }

        return largest;
    }

    // The logarithm of the sum, or one over it.
    private static FloatVector16 Last(FloatVector16 sum, int logarithm, ArrayView<float> lanes)
    {
        FloatVector16.Store(lanes, 0, sum);
        for (int lane = 0; lane < VectorTile.Lanes; lane++)
            lanes[lane] = logarithm != 0 ? MathF.Log(lanes[lane]) : 1f / lanes[lane];
        return FloatVector16.Load(lanes, 0);
    }
}
