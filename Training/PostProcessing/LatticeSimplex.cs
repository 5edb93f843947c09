namespace SegFromScratch.Training.PostProcessing;

/// <summary>
/// Where points lie in the permutohedral lattice of d dimensions: the whole-number points of the plane x_0 + ... + x_d = 0 whose coordinates all leave the same
/// remainder when divided by d + 1. They cut the plane into simplices of d + 1 corners. Adams, Baek and Davis, Eurographics 2010. Made for one thread.
/// </summary>
internal sealed class LatticeSimplex
{
    private readonly int _d;
    private readonly float[] _scales;
    private readonly float[] _elevated;
    private readonly int[] _origin;
    private readonly int[] _rank;
    private readonly float[] _weights;

    /// <summary>Makes the working memory.</summary>
    /// <param name="dimensions">d, at least 1.</param>
    public LatticeSimplex(int dimensions)
    {
        _d = dimensions;
        (_scales, _elevated, _origin, _rank, _weights) = (new float[_d], new float[_d + 1], new int[_d + 1], new int[_d + 1], new float[_d + 2]);

        // Blurring by 1/4, 1/2, 1/4 along each axis has a deviation of (d + 1) sqrt(2/3) in the plane: features of deviation 1 are stretched to it.
        double deviation = (_d + 1) * Math.Sqrt(2.0 / 3.0);
        for (int i = 0; i < _d; i++)
            _scales[i] = (float)(deviation / Math.Sqrt((i + 1.0) * (i + 2.0)));
    }

    /// <summary>The point in the plane, d + 1 coordinates whose sum is 0.</summary>
    public ReadOnlySpan<float> Elevated => _elevated;

    /// <summary>The weight of each corner, d + 1 numbers of 0 to 1 whose sum is 1: the point is the weighted mean of the corners.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, _d + 1);

    /// <summary>Finds the simplex that a point lies in.</summary>
    /// <param name="feature">d numbers.</param>
    public void Locate(ReadOnlySpan<float> feature)
    {
        Elevate(feature);
        int excess = RoundToOrigin();
        RankRemainders();
        BringIntoPlane(excess);
        WeighCorners();
    }

    /// <summary>The first d coordinates of a corner; the last one follows from their sum.</summary>
    /// <param name="corner">0 to d: the remainder of its coordinates.</param>
    /// <param name="key">d whole numbers.</param>
    public void Corner(int corner, Span<int> key)
    {
        for (int i = 0; i < _d; i++)
            key[i] = _origin[i] + corner - (_rank[i] > _d - corner ? _d + 1 : 0);
    }

    // Multiplies by a triangular matrix whose columns are orthogonal and span the plane.
    private void Elevate(ReadOnlySpan<float> feature)
    {
        float sum = 0;
        for (int i = _d; i > 0; i--)
        {
            float value = feature[i - 1] * _scales[i - 1];
            _elevated[i] = sum - (i * value);
            sum += value;
        }

        _elevated[0] = sum;
    }

    // The nearest point whose coordinates are all multiples of d + 1; its sum need not be 0 yet.
    private int RoundToOrigin()
    {
        int sum = 0;
        for (int i = 0; i <= _d; i++)
        {
            int multiple = (int)MathF.Round(_elevated[i] / (_d + 1));
            _origin[i] = multiple * (_d + 1);
            sum += multiple;
        }

        return sum;
    }

    // rank[i]: how many coordinates were rounded down further than coordinate i.
    private void RankRemainders()
    {
        Array.Clear(_rank);
        for (int i = 0; i < _d; i++)
        {
            for (int j = i + 1; j <= _d; j++)
            {
                if (_elevated[i] - _origin[i] < _elevated[j] - _origin[j])
                    _rank[i]++;
                else
                    _rank[j]++;
            }
        }
    }

    // A sum that is too large goes down by d + 1 in the coordinates with the smallest remainders, one that is too small goes up in those with the largest.
    private void BringIntoPlane(int excess)
    {
        for (int i = 0; i <= _d; i++)
        {
            _rank[i] += excess;
            if (_rank[i] < 0)
            {
                _rank[i] += _d + 1;
                _origin[i] += _d + 1;
            }
            else if (_rank[i] > _d)
            {
                _rank[i] -= _d + 1;
                _origin[i] -= _d + 1;
            }
        }
    }

    private void WeighCorners()
    {
        Array.Clear(_weights);
        for (int i = 0; i <= _d; i++)
        {
            float share = (_elevated[i] - _origin[i]) / (_d + 1);
            _weights[_d - _rank[i]] += share;
            _weights[_d + 1 - _rank[i]] -= share;
        }

        _weights[0] += 1 + _weights[_d + 1];
    }
}
