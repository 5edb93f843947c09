using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>How near two sets of numbers lie, so that a NaN is never near.</summary>
public static class Comparison
{
    /// <summary>The largest |actual - expected| / (1 + max |expected|); NaN if any difference is not a number.</summary>
    public static (double Error, string Detail) RelativeToLargest(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, TensorShape shape)
    {
        double largest = 0, scale = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
            scale = Math.Max(scale, Math.Abs(expected[i]));
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(actual[i] - expected[i]);
            if (!(difference <= largest))
                (largest, at) = (difference, i);
            if (double.IsNaN(difference))
                break;
        }

        string detail = expected.Length == 0 ? "(nothing to compare)"
            : $"at {Position(at, shape)}: {actual[at]:g9} against {expected[at]:g9}";
        return (largest / (1 + scale), detail);
    }

    private static string Position(int index, TensorShape shape)
    {
        int x = index % shape.Width, y = index / shape.Width % shape.Height;
        int plane = index / (shape.Width * shape.Height);
        return $"[{plane / shape.Channels}, {plane % shape.Channels}, {y}, {x}]";
    }
}
