using System.Runtime.Intrinsics;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>
/// Gaussian filtering of N pixels in a feature space in time O(N d^2) instead of O(N^2): every pixel gives its value to the corners of its simplex (splat), neighbouring corners mix along each
/// of d + 1 axes (blur), every pixel takes the value back from its corners (slice). Adams, Baek and Davis, "Fast high-dimensional filtering using the permutohedral lattice", Eurographics 2010.
/// The result is K v up to a constant factor, which normalisation removes. Sums are gathered in a fixed order, so that it is the same bits for any number of threads.
/// </summary>
internal sealed class PermutohedralLattice
{
    /// <summary>Values of a pixel come in multiples of this.</summary>
    public const int LaneCount = 8;

    private readonly PixelRanges _ranges;
    private readonly int _corners;
    private readonly int _vertices;
    private readonly int[] _cornerOf;
    private readonly float[] _weightOf;
    private readonly int[] _first;
    private readonly int[] _pixelOf;
    private readonly float[] _splatWeight;
    private readonly int[] _neighbors;
    private float[] _values = [];
    private float[] _other = [];

    /// <summary>Finds the lattice points around all pixels and their neighbours.</summary>
    /// <param name="features">A point of feature space a pixel, in deviations.</param>
    /// <param name="ranges">The threads.</param>
    public PermutohedralLattice(PixelFeatures features, PixelRanges ranges)
    {
        int d = features.Dimensions, pixels = features.Values.Length / d;
        (_ranges, _corners) = (ranges, d + 1);
        (_cornerOf, _weightOf) = (new int[checked(pixels * _corners)], new float[pixels * _corners]);
        LatticeVertices vertices = Embed(features, pixels);
        _vertices = vertices.Count;
        _neighbors = Neighbors(vertices, d);
        (_first, _pixelOf, _splatWeight) = (new int[_vertices + 1], new int[_cornerOf.Length], new float[_cornerOf.Length]);
        SortByVertex();
    }

    /// <summary>Splats and blurs; <see cref="AddTo"/> then slices.</summary>
    /// <param name="values">N x <paramref name="lanes"/> numbers.</param>
    /// <param name="lanes">Numbers a pixel, a multiple of <see cref="LaneCount"/>.</param>
    /// <param name="scale">A factor for each pixel's numbers.</param>
    public void Filter(float[] values, int lanes, float[] scale)
    {
        // The row after the last vertex stays zero: it stands for neighbours that are not in use.
        int length = checked((_vertices + 1) * lanes);
        if (_values.Length != length)
            (_values, _other) = (new float[length], new float[length]);
        _ranges.Run(_vertices, (from, to) => Splat(values, lanes, scale, from, to));
        for (int axis = 0; axis < _corners; axis++)
        {
            _ranges.Run(_vertices, (from, to) => Blur(axis, lanes, from, to));
            (_values, _other) = (_other, _values);
        }
    }

    /// <summary>Adds factor times the filtered numbers of a pixel, from one lane on, to numbers of its own.</summary>
    /// <param name="pixel">The pixel.</param>
    /// <param name="lanes">Numbers a pixel, as they were filtered.</param>
    /// <param name="lane">The first of <see cref="LaneCount"/> numbers.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="sum">What is added to.</param>
    public Vector256<float> AddTo(Vector256<float> sum, int pixel, int lanes, int lane, float factor)
    {
        int first = pixel * _corners;
        for (int corner = first; corner < first + _corners; corner++)
            sum += Vector256.Create(factor * _weightOf[corner]) * Vector256.LoadUnsafe(ref _values[0], (nuint)((_cornerOf[corner] * lanes) + lane));
        return sum;
    }

    private LatticeVertices Embed(PixelFeatures features, int pixels)
    {
        int d = features.Dimensions;
        var keys = new int[checked(_cornerOf.Length * d)];
        _ranges.Run(pixels, (from, to) =>
        {
            var simplex = new LatticeSimplex(d);
            for (int pixel = from; pixel < to; pixel++)
            {
                simplex.Locate(features.Values.AsSpan(pixel * d, d));
                simplex.Weights.CopyTo(_weightOf.AsSpan(pixel * _corners));
                for (int corner = 0; corner < _corners; corner++)
                    simplex.Corner(corner, keys.AsSpan(((pixel * _corners) + corner) * d, d));
            }
        });

        // One thread numbers the vertices, so that the numbers are always the same.
        var vertices = new LatticeVertices(d);
        for (int i = 0; i < _cornerOf.Length; i++)
            _cornerOf[i] = vertices.FindOrAdd(keys.AsSpan(i * d, d));
        return vertices;
    }

    // For each axis and vertex the two neighbours: one step up in every coordinate but the axis's, which goes d down; and the reverse.
    private int[] Neighbors(LatticeVertices vertices, int d)
    {
        var neighbors = new int[checked(2 * _corners * _vertices)];
        _ranges.Run(_vertices, (from, to) =>
        {
            var key = new int[d];
            for (int vertex = from; vertex < to; vertex++)
            {
                for (int axis = 0; axis < _corners; axis++)
                {
                    int at = 2 * ((axis * _vertices) + vertex);
                    neighbors[at] = Neighbor(vertices, vertex, axis, 1, key);
                    neighbors[at + 1] = Neighbor(vertices, vertex, axis, -1, key);
                }
            }
        });
        return neighbors;
    }

    private static int Neighbor(LatticeVertices vertices, int vertex, int axis, int direction, int[] key)
    {
        ReadOnlySpan<int> own = vertices.Key(vertex);
        for (int i = 0; i < key.Length; i++)
            key[i] = own[i] + (i == axis ? -direction * key.Length : direction);
        int found = vertices.Find(key);
        return found < 0 ? vertices.Count : found;
    }

    // Which pixels give to a vertex, in their order: so each vertex gathers, and nobody else writes to it.
    private void SortByVertex()
    {
        foreach (int vertex in _cornerOf)
            _first[vertex + 1]++;
        for (int vertex = 0; vertex < _vertices; vertex++)
            _first[vertex + 1] += _first[vertex];
        int[] next = _first[.._vertices];
        for (int i = 0; i < _cornerOf.Length; i++)
        {
            int at = next[_cornerOf[i]]++;
            (_pixelOf[at], _splatWeight[at]) = (i / _corners, _weightOf[i]);
        }
    }

    private void Splat(float[] values, int lanes, float[] scale, int from, int to)
    {
        for (int vertex = from; vertex < to; vertex++)
        {
            for (int lane = 0; lane < lanes; lane += LaneCount)
            {
                Vector256<float> sum = Vector256<float>.Zero;
                for (int i = _first[vertex]; i < _first[vertex + 1]; i++)
                    sum += Vector256.Create(_splatWeight[i] * scale[_pixelOf[i]]) * Vector256.LoadUnsafe(ref values[0], (nuint)((_pixelOf[i] * lanes) + lane));
                sum.StoreUnsafe(ref _values[0], (nuint)((vertex * lanes) + lane));
            }
        }
    }

    private void Blur(int axis, int lanes, int from, int to)
    {
        var half = Vector256.Create(0.5f);
        for (int vertex = from; vertex < to; vertex++)
        {
            int at = 2 * ((axis * _vertices) + vertex);
            int up = _neighbors[at] * lanes, down = _neighbors[at + 1] * lanes, own = vertex * lanes;
            for (int lane = 0; lane < lanes; lane += LaneCount)
            {
                Vector256<float> both = Vector256.LoadUnsafe(ref _values[0], (nuint)(up + lane)) + Vector256.LoadUnsafe(ref _values[0], (nuint)(down + lane));
                (Vector256.LoadUnsafe(ref _values[0], (nuint)(own + lane)) + (half * both)).StoreUnsafe(ref _other[0], (nuint)(own + lane));
            }
        }
    }
}
