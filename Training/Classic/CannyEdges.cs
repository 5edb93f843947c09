namespace SegFromScratch.Training.Classic;

/// <summary>
/// Edges one pixel wide: J. Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis and Machine Intelligence 8(6), 1986.
/// Smooth, take the gradient, keep its ridges, and of these the ones that somewhere are strong.
/// </summary>
public static class CannyEdges
{
    // Beyond three standard deviations less than 0.3 % of the Gaussian is left.
    private const double Reach = 3;

    // tan of 22.5 and of 67.5 degrees: the borders between the four directions to neighbours.
    private const float Shallow = 0.41421356f;
    private const float Steep = 2.41421356f;

    /// <summary>255 on edges, 0 elsewhere.</summary>
    /// <param name="image">The picture; its border is repeated outward.</param>
    /// <param name="options">What is taken for an edge.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static GrayImage Apply(GrayImage image, CannyOptions options)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Sigma, 0);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Weak);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Strong, options.Weak);
        (float[] right, float[] down) = SobelEdges.Gradient(Smooth(image, options.Sigma));
        GrayImage length = image with { Values = [.. right.Zip(down, (r, d) => MathF.Sqrt((r * r) + (d * d)))] };
        GrayImage ridges = Ridges(length, right, down);
        float greatest = ridges.Values.Max();
        return greatest == 0 ? ridges : Connected(ridges, (float)options.Weak * greatest, (float)options.Strong * greatest);
    }

    /// <summary>Convolves with a Gaussian, first along rows, then along columns.</summary>
    /// <param name="image">The picture; its border is repeated outward.</param>
    /// <param name="sigma">The standard deviation in pixels.</param>
    public static GrayImage Smooth(GrayImage image, double sigma)
    {
        ArgumentNullException.ThrowIfNull(image);
        int radius = (int)Math.Ceiling(Reach * sigma);
        double[] weights = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma)))];
        double sum = weights.Sum();
        GrayImage rows = Map(image, (y, x) => weights.Select((weight, i) => weight * image[y, x + i - radius]).Sum() / sum);
        return Map(rows, (y, x) => weights.Select((weight, i) => weight * rows[y + i - radius, x]).Sum() / sum);
    }

    // A pixel stays if it is not below its two neighbours across the edge; of two equal ones the later goes, so that no edge is two pixels wide.
    private static GrayImage Ridges(GrayImage length, float[] right, float[] down) => Map(length, (y, x) =>
    {
        int place = (y * length.Width) + x;
        (int stepY, int stepX) = Across(right[place], down[place]);
        float own = length.Values[place];
        return own > Inside(length, y - stepY, x - stepX) && own >= Inside(length, y + stepY, x + stepX) ? own : 0;
    });

    private static float Inside(GrayImage image, int y, int x) => y >= 0 && y < image.Height && x >= 0 && x < image.Width ? image[y, x] : 0;

    private static (int Y, int X) Across(float right, float down)
    {
        float slope = MathF.Abs(down) / MathF.Abs(right);
        if (slope <= Shallow)
            return (0, 1);
        if (!(slope < Steep))
            return (1, 0);
        return right > 0 == down > 0 ? (1, 1) : (1, -1);
    }

    // Hysteresis: from each strong pixel along all weak ones that touch, also at corners.
    private static GrayImage Connected(GrayImage ridges, float weak, float strong)
    {
        var edges = new float[ridges.Values.Length];
        var open = new Stack<(int Y, int X)>();
        for (int place = 0; place < edges.Length; place++)
        {
            if (ridges.Values[place] >= strong && ridges.Values[place] > 0)
                open.Push((place / ridges.Width, place % ridges.Width));
        }

        while (open.TryPop(out (int Y, int X) pixel))
        {
            int place = (pixel.Y * ridges.Width) + pixel.X;
            if (edges[place] > 0)
                continue;
            edges[place] = 255;
            for (int neighbour = 0; neighbour < 9; neighbour++)
            {
                (int y, int x) = (pixel.Y + (neighbour / 3) - 1, pixel.X + (neighbour % 3) - 1);
                float value = Inside(ridges, y, x);
                if (value > 0 && value >= weak && edges[(y * ridges.Width) + x] == 0)
                    open.Push((y, x));
            }
        }

        return ridges with { Values = edges };
    }

    private static GrayImage Map(GrayImage image, Func<int, int, double> value) =>
        image with { Values = [.. Enumerable.Range(0, image.Values.Length).Select(place => (float)value(place / image.Width, place % image.Width))] };
}
