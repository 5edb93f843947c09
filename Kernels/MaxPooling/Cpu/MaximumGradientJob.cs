using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.MaxPooling.Cpu;

/// <summary>Gives the gradient of each window to its maximum: each row of the input looks at the windows that cover it, in a fixed order.</summary>
internal unsafe struct MaximumGradientJob : ICpuJob
{
    /// <summary>Sizes of the pooling.</summary>
    public MaxPoolingShape Shape;

    /// <summary>The gradient of the output.</summary>
    public ChannelPlanes OutputGradient;

    /// <summary>The places of the maxima, laid out as the output.</summary>
    public int* Indices;

    /// <summary>The gradient of the input, written.</summary>
    public ChannelPlanes InputGradient;

    /// <summary>How the input gradient is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        for (int y = first; y < end; y++)
        {
            float* row = InputGradient.Data + (plane * InputGradient.Plane) + (y * InputGradient.Row);
            new Span<float>(row, (int)InputGradient.Row).Clear();
            for (int r = 0; r < Shape.KernelHeight; r++)
            {
                int from = y + Shape.PaddingTop - (r * Shape.DilationY);
                if (from < 0 || from % Shape.StrideY != 0 || from / Shape.StrideY >= Shape.OutputHeight)
                    continue;
                nint at = (plane * OutputGradient.Plane) + (from / Shape.StrideY * OutputGradient.Row);
                for (int t = 0; t < Shape.KernelWidth; t++)
                    Add(OutputGradient.Data + at, Indices + at, row, y * Shape.InputWidth, (t * Shape.DilationX) - Shape.PaddingLeft);
            }
        }
    }

    /// <summary>Adds, for every window q, its gradient to pixel q * stride + shift of a row, if that is its maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add(float* gradient, int* indices, float* row, int firstPlace, int shift)
    {
        int block = InputGradient.Block;
        int stride = Shape.StrideX;
        int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int end = Math.Min(Shape.OutputWidth, shift >= Shape.InputWidth ? 0 : ((Shape.InputWidth - 1 - shift) / stride) + 1);
        for (int q = first; q < end; q++)
        {
            int x = (q * stride) + shift;
            Vector256<int> place = Vector256.Create(firstPlace + x);
            for (int half = 0; half < block; half += 8)
            {
                nint from = ((nint)q * block) + half;
                nint to = ((nint)x * block) + half;
                Vector256<float> own = Vector256.Equals(Vector256.Load(indices + from), place).AsSingle() & Vector256.Load(gradient + from);
                (Vector256.Load(row + to) + own).Store(row + to);
            }
        }
    }
}
