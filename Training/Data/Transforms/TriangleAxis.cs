namespace SegFromScratch.Training.Data.Transforms;

/// <summary>
/// Antialiased linear interpolation along one axis. The weight of source pixel j for output position i is
/// max(0, 1 - |j + 1/2 - c| / r), c = origin + (i + 1/2) step, r = max(1, step), divided by their sum over the pixels that exist:
/// linear interpolation where the image grows, a tent over all covered pixels where it shrinks (PIL's BILINEAR resize).
/// Output positions whose centre is outside the source have no weights: they are padding.
/// </summary>
internal sealed class TriangleAxis
{
    private float[] _weights = [];
    private int[] _first = [], _count = [];
    private int _stride;

    /// <summary>Computes the weights of an axis; memory of earlier axes is used again.</summary>
    public void Fill(int length, double origin, double step, bool flip, int sourceLength, bool mirror = false)
    {
        double reach = Math.Max(1, step);
        _stride = (int)Math.Ceiling(2 * reach) + 1;
        if (_first.Length < length)
            (_first, _count) = (new int[length], new int[length]);
        if (_weights.Length < length * _stride)
            _weights = new float[length * _stride];
        for (int i = 0; i < length; i++)
        {
            double centre = MirrorAxis.Inside(origin + ((i + 0.5) * step), sourceLength, mirror);
            int position = flip ? length - 1 - i : i;
            if (centre < 0 || centre >= sourceLength)
            {
                (_first[position], _count[position]) = (0, 0);
                continue;
            }
            // The first and the last pixel whose centre is strictly inside the tent.
            int first = Math.Max(0, (int)Math.Floor(centre - reach - 0.5) + 1);
            int last = Math.Min(sourceLength - 1, (int)Math.Ceiling(centre + reach - 0.5) - 1);
            SetWeights(position, first, last, centre, reach);
        }
    }

    /// <summary>The first source pixel of an output position, and the weights from there on.</summary>
    public ReadOnlySpan<float> Weights(int position, out int first)
    {
        first = _first[position];
        return _weights.AsSpan(position * _stride, _count[position]);
    }

    private void SetWeights(int position, int first, int last, double centre, double reach)
    {
        (_first[position], _count[position]) = (first, last - first + 1);
        Span<float> weights = _weights.AsSpan(position * _stride, last - first + 1);
        double sum = 0;
        for (int j = first; j <= last; j++)
            sum += 1 - (Math.Abs(j + 0.5 - centre) / reach);
        for (int j = first; j <= last; j++)
            weights[j - first] = (float)((1 - (Math.Abs(j + 0.5 - centre) / reach)) / sum);
    }
}
