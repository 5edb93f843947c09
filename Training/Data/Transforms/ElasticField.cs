namespace SegFromScratch.Training.Data.Transforms;

/// <summary>
/// A smooth random displacement: normally distributed at the nodes of a coarse grid over the whole picture, joined by cubics (Keys 1981, a = -1/2).
/// Ronneberger et al. 2015, "U-Net", take 3x3 nodes and a deviation of 10 pixels.
/// </summary>
public sealed class ElasticField
{
    private readonly double[] _x, _y;
    private readonly int _nodes;

    /// <summary>Draws the displacements.</summary>
    /// <param name="nodes">Nodes along each side, at least 2.</param>
    /// <param name="deviation">Of each displacement, in pixels.</param>
    /// <param name="random">Where they come from.</param>
    public ElasticField(int nodes, double deviation, ref SeededRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 2);
        (_nodes, _x, _y) = (nodes, new double[nodes * nodes], new double[nodes * nodes]);
        for (int i = 0; i < _x.Length; i++)
            (_x[i], _y[i]) = (deviation * random.NextNormal(), deviation * random.NextNormal());
    }

    /// <summary>The displacement at a place.</summary>
    /// <param name="u">From left, 0, to right, 1.</param>
    /// <param name="v">From top, 0, to bottom, 1.</param>
    public (double X, double Y) At(double u, double v)
    {
        double x = 0, y = 0;
        int left = First(u), top = First(v);
        for (int j = top; j < top + 4; j++)
        {
            double weightY = Cubic((v * (_nodes - 1)) - j);
            for (int i = left; i < left + 4; i++)
            {
                double weight = weightY * Cubic((u * (_nodes - 1)) - i);
                int node = (Math.Clamp(j, 0, _nodes - 1) * _nodes) + Math.Clamp(i, 0, _nodes - 1);
                x += weight * _x[node];
                y += weight * _y[node];
            }
        }

        return (x, y);
    }

    // The first of the four nodes that a place depends on.
    private int First(double share) => (int)Math.Floor(share * (_nodes - 1)) - 1;

    private static double Cubic(double distance)
    {
        double d = Math.Abs(distance);
        return d < 1 ? (((1.5 * d) - 2.5) * d * d) + 1 : d < 2 ? (((((-0.5 * d) + 2.5) * d) - 4) * d) + 2 : 0;
    }
}
