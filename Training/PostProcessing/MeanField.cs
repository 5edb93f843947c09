using System.Runtime.Intrinsics;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>From scores to beliefs, in place, for a range of pixels whose numbers lie side by side.</summary>
internal static class MeanField
{
    private const int LaneCount = PermutohedralLattice.LaneCount;

    /// <summary>q_c = exp(x_c) / sum over k of exp(x_k).</summary>
    public static void Softmax(float[] rows, int lanes, int from, int to)
    {
        for (int pixel = from; pixel < to; pixel++)
        {
            Span<float> row = rows.AsSpan(pixel * lanes, lanes);
            float largest = float.NegativeInfinity, sum = 0;
            foreach (float value in row)
                largest = MathF.Max(largest, value);
            for (int lane = 0; lane < lanes; lane += LaneCount)
            {
                Vector256<float> exponential = Vector256.Exp(Vector256.Create(row[lane..]) - Vector256.Create(largest));
                exponential.CopyTo(row[lane..]);
                sum += Vector256.Sum(exponential);
            }

            var inverse = Vector256.Create(1 / sum);
            for (int lane = 0; lane < lanes; lane += LaneCount)
                (Vector256.Create(row[lane..]) * inverse).CopyTo(row[lane..]);
        }
    }

    /// <summary>q_c = 1 / (1 + exp(-x_c)).</summary>
    public static void Sigmoid(float[] rows, int lanes, int from, int to)
    {
        for (int at = from * lanes; at < to * lanes; at += LaneCount)
        {
            Span<float> some = rows.AsSpan(at, LaneCount);
            (Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-Vector256.Create<float>(some)))).CopyTo(some);
        }
    }
}
