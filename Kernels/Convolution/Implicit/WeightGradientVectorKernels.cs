using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>Rung 4 of the weight gradient, for devices that are processors. All tensors have channel block 1.</summary>
public static class WeightGradientVectorKernels
{
    /// <summary>Weights (c,r,s) a work-item.</summary>
    public const int Taps = 6;

    /// <summary>Output channels a work-item.</summary>
    public const int Channels = 32;

    private const int Rows = 4;
    private const int PanelPixels = 1024;

    /// <summary>
    /// weightGradient[k, (c,r,s)] = sum over images and pixels of outputGradient[k, pixel] * input[c, pixel under tap r,s]. Both factors are read along the pixels, so
    /// the sums are 4 x 6 vectors of 16 partial sums each, which are added up at the very end. One work-item takes 6 weights of 32 output channels, and copies what lies under its
    /// 6 taps into a panel of 1024 pixels, over which its channels pass four at a time. Launched over taps, blocks of output channels, and groups.
    /// </summary>
    [Kernel(GroupSize = 1)]
    public static void Product(ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> weightGradient)
    {
        ArrayView<float> panel = LocalMemory.Allocate<float>(Taps * PanelPixels);
        ArrayView<float> lanes = LocalMemory.Allocate<float>(VectorTile.Lanes);
        ArrayView<FloatVector16> totals = LocalMemory.Allocate<FloatVector16>(Channels * Taps);
        int terms = product.Channels * product.Taps;
        int firstChannel = Grid.IdxY * Channels;
        int channels = Math.Min(Channels, product.Rows - firstChannel);
        for (int i = 0; i < Channels * Taps; i++)
            totals[i] = default(FloatVector16);
        for (int n = 0; n < product.Batch; n++)
        {
            int image = (n * product.Groups) + Grid.IdxZ;
            for (int pixel = 0; pixel < product.ResultPixels; pixel += PanelPixels)
            {
                int pixels = Math.Min(PanelPixels, product.ResultPixels - pixel);
                for (int j = 0; j < Taps; j++)
                {
                    // Weights beyond the last repeat it, and are not stored.
                    int term = Math.Min((Grid.IdxX * Taps) + j, terms - 1);
                    int c = term / product.Taps;
                    int tap = term - (c * product.Taps);
                    int r = tap / product.KernelWidth;
                    int plane = ((image * product.Channels) + c) * product.SourcePixels;
                    for (int first = 0; first < pixels; first += VectorTile.Lanes)
                        PixelLanes.Copy(product, input, plane, r, tap - (r * product.KernelWidth), pixel + first, panel, (j * PanelPixels) + first);
                }

                for (int k = 0; k < channels; k += Rows)
                    MultiplyAdd(outputGradient, ((((image * product.Rows) + firstChannel + k) * product.ResultPixels) + pixel), Math.Min(Rows, channels - k), product.ResultPixels, pixels, panel, totals, k * Taps, lanes);
            }
        }

        for (int k = 0; k < channels; k++)
        {
            for (int j = 0; j < Taps; j++)
            {
                int term = (Grid.IdxX * Taps) + j;
                if (term < terms)
                    weightGradient[(((Grid.IdxZ * product.Rows) + firstChannel + k) * terms) + term] = VectorTile.Sum(totals[(k * Taps) + j], lanes);
            }
        }
    }

    // Four output channels against six taps, over the pixels of a panel.
    private static void MultiplyAdd(
        ArrayView<float> outputGradient, int start, int rows, int rowStride, int pixels, ArrayView<float> panel, ArrayView<FloatVector16> totals, int first, ArrayView<float> lanes)
    {
        ArrayView<FloatVector16> sums = LocalMemory.Allocate<FloatVector16>(Rows * Taps);
        ArrayView<int> rowStart = LocalMemory.Allocate<int>(Rows);
        for (int i = 0; i < Rows; i++)
        {
            rowStart[i] = start + (Math.Min(i, rows - 1) * rowStride);
            for (int j = 0; j < Taps; j++)
                sums[(i * Taps) + j] = totals[first + (i * Taps) + j];
        }

        int whole = pixels / VectorTile.Lanes * VectorTile.Lanes;
        for (int pixel = 0; pixel < whole; pixel += VectorTile.Lanes)
        {
            for (int i = 0; i < Rows; i++)
            {
                FloatVector16 gradient = FloatVector16.Load(outputGradient, rowStart[i] + pixel);
                for (int j = 0; j < Taps; j++)
                    sums[(i * Taps) + j] = FloatVector16.MultiplyAdd(gradient, FloatVector16.Load(panel, (j * PanelPixels) + pixel), sums[(i * Taps) + j]);
            }
        }

        if (whole < pixels)
        {
            for (int i = 0; i < Rows; i++)
            {
                FloatVector16 gradient = VectorTile.LoadFirst(outputGradient, rowStart[i] + whole, pixels - whole, lanes);
                for (int j = 0; j < Taps; j++)
                    sums[(i * Taps) + j] = FloatVector16.MultiplyAdd(gradient, FloatVector16.Load(panel, (j * PanelPixels) + whole), sums[(i * Taps) + j]);
            }
        }

        for (int i = 0; i < Rows * Taps; i++)
            totals[first + i] = sums[i];
    }
}
