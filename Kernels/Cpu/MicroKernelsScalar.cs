namespace SegFromScratch.Kernels.Cpu;

/// <summary>The meaning of the micro-kernels as plain loops, for machines without vectors.</summary>
internal static unsafe class MicroKernelsScalar
{
    /// <summary>One tile of <see cref="ProductArguments"/>: rows by vectors of <see cref="MicroKernels.ScalarLanes"/> floats.</summary>
    public static void Product(int vectors, int rows, ProductArguments* arguments, float* source, float* destination)
    {
        int width = vectors * MicroKernels.ScalarLanes;
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < width; k++)
            {
                float* result = destination + (row * arguments->DestinationPixel) + (k / MicroKernels.ScalarLanes * arguments->DestinationVector) + (k % MicroKernels.ScalarLanes);
                float sum = arguments->Accumulate ? *result : arguments->Initial == null ? 0 : arguments->Initial[k];
                for (nint segment = 0; segment < arguments->SegmentCount; segment++)
                {
                    float* value = source + arguments->Segments[2 * segment] + (row * arguments->SourcePixel);
                    float* weight = arguments->Weights + arguments->Segments[(2 * segment) + 1] + k;
                    for (nint channel = 0; channel < arguments->SegmentLength; channel++)
                        sum += value[channel] * weight[channel * width];
                }

                *result = MathF.Max(sum, arguments->Floor);
            }
        }
    }

    /// <summary>One tile of <see cref="OuterProductArguments"/>.</summary>
    public static void OuterProduct(int vectors, int rows, OuterProductArguments* arguments, float* source, float* gradient, float* destination)
    {
        int width = vectors * MicroKernels.ScalarLanes;
        for (nint y = 0; y < arguments->Rows; y++)
        {
            for (nint x = 0; x < arguments->Columns; x++)
            {
                float* value = source + (y * arguments->SourceRow) + (x * arguments->SourcePixel);
                float* output = gradient + (y * arguments->GradientRow) + (x * arguments->GradientPixel);
                for (int row = 0; row < rows; row++)
                {
                    for (int k = 0; k < width; k++)
                        destination[(row * width) + k] += value[row] * output[(k / MicroKernels.ScalarLanes * arguments->GradientVector) + (k % MicroKernels.ScalarLanes)];
                }
            }
        }
    }

    /// <summary>One tile of <see cref="OuterProductArguments"/> whose rows are found by offsets, one vector wide.</summary>
    public static void GatheredProduct(int rows, OuterProductArguments* arguments, float* source, float* gradient, float* destination)
    {
        for (nint y = 0; y < arguments->Rows; y++)
        {
            for (nint x = 0; x < arguments->Columns; x++)
            {
                float* value = source + (y * arguments->SourceRow) + (x * arguments->SourcePixel);
                float* output = gradient + (y * arguments->GradientRow) + (x * arguments->GradientPixel);
                for (int row = 0; row < rows; row++)
                {
                    for (int k = 0; k < MicroKernels.ScalarLanes; k++)
                        destination[(row * MicroKernels.ScalarLanes) + k] += value[arguments->Offsets[row]] * output[k];
                }
            }
        }
    }
}
