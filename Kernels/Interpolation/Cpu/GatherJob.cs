using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Interpolation.Cpu;

/// <summary>target[y, x] = sum of row weight * column weight * source over the rows and columns that the two tables name.</summary>
internal unsafe struct GatherJob : ICpuJob
{
    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written.</summary>
    public ChannelPlanes Target;

    /// <summary>The rows.</summary>
    public GatherAxis Rows;

    /// <summary>The columns.</summary>
    public GatherAxis Columns;

    /// <summary>How the target is cut.</summary>
    public RowTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int end) = Tickets.Find(ticket);
        for (int y = first; y < end; y++)
        {
            for (int half = 0; half < Target.Block; half += 8)
                Row(Source.Data + (plane * Source.Plane) + half, y, Target.Data + (plane * Target.Plane) + (y * Target.Row) + half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Row(float* source, int y, float* target)
    {
        int* starts = Columns.Starts;
        int* places = Columns.Places;
        float* weights = Columns.Weights;
        int block = Source.Block;
        int firstRow = Rows.Starts[y];
        int endRow = Rows.Starts[y + 1];
        for (int x = 0; x < Columns.Targets; x++, target += block)
        {
            int first = starts[x];
            int end = starts[x + 1];
            Vector256<float> sum = default;
            for (int r = firstRow; r < endRow; r++)
            {
                float* row = source + (Rows.Places[r] * Source.Row);
                Vector256<float> rowSum = default;
                for (int c = first; c < end; c++)
                    rowSum = Vector256.MultiplyAddEstimate(Vector256.Load(row + ((nint)places[c] * block)), Vector256.Create(weights[c]), rowSum);
                sum = Vector256.MultiplyAddEstimate(rowSum, Vector256.Create(Rows.Weights[r]), sum);
            }

            sum.Store(target);
        }
    }
}
