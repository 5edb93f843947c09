namespace SegFromScratch.Training.Classic;

/// <summary>
/// Splits a picture into quarters until each is even, and merges neighbours that are even together: S. Horowitz and T. Pavlidis, "Picture Segmentation by a
/// Tree Traversal Algorithm", Journal of the ACM 23(2), 1976. Even means: the brightest and the darkest pixel differ by no more than the tolerance.
/// </summary>
public sealed class SplitAndMerge
{
    private readonly GrayImage _image;
    private readonly double _tolerance;

    // A forest over the pixels: each points towards the first pixel of its region, which holds the region's range.
    private readonly int[] _parent;
    private readonly float[] _least;
    private readonly float[] _greatest;

    private SplitAndMerge(GrayImage image, double tolerance)
    {
        (_image, _tolerance) = (image, tolerance);
        _parent = [.. Enumerable.Range(0, image.Values.Length)];
        _least = [.. image.Values];
        _greatest = [.. image.Values];
    }

    /// <summary>Divides a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="tolerance">The greatest difference of brightness within a region, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or no number.</exception>
    public static Regions Apply(GrayImage image, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!(tolerance >= 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be 0 or more.");
        var work = new SplitAndMerge(image, tolerance);
        work.Split(0, 0, image.Height, image.Width);
        work.Merge();
        return work.Number();
    }

    private void Split(int top, int left, int bottom, int right)
    {
        if (top >= bottom || left >= right)
            return;
        if (IsEven(top, left, bottom, right))
        {
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                    Join(Place(top, left), Place(y, x));
            }

            return;
        }

        int middleY = (top + bottom + 1) / 2, middleX = (left + right + 1) / 2;
        Split(top, left, middleY, middleX);
        Split(top, middleX, middleY, right);
        Split(middleY, left, bottom, middleX);
        Split(middleY, middleX, bottom, right);
    }

    private bool IsEven(int top, int left, int bottom, int right)
    {
        float least = float.PositiveInfinity, greatest = float.NegativeInfinity;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
                (least, greatest) = (Math.Min(least, _image[y, x]), Math.Max(greatest, _image[y, x]));
        }

        return greatest - least <= _tolerance;
    }

    private void Merge()
    {
        for (int y = 0; y < _image.Height; y++)
        {
            for (int x = 0; x < _image.Width; x++)
            {
                if (x + 1 < _image.Width)
                    Join(Place(y, x), Place(y, x + 1));
                if (y + 1 < _image.Height)
                    Join(Place(y, x), Place(y + 1, x));
            }
        }
    }

    private void Join(int one, int other)
    {
        (int first, int second) = (Root(one), Root(other));
        float least = Math.Min(_least[first], _least[second]), greatest = Math.Max(_greatest[first], _greatest[second]);
        if (first == second || greatest - least > _tolerance)
            return;
        (int root, int child) = (Math.Min(first, second), Math.Max(first, second));
        _parent[child] = root;
        (_least[root], _greatest[root]) = (least, greatest);
    }

    private int Root(int place)
    {
        while (_parent[place] != place)
            place = _parent[place] = _parent[_parent[place]];
        return place;
    }

    // A root is the first pixel of its region, so numbers follow the rows.
    private Regions Number()
    {
        var labels = new int[_parent.Length];
        int count = 0;
        for (int place = 0; place < labels.Length; place++)
            labels[place] = Root(place) == place ? count++ : labels[Root(place)];
        return new Regions(_image.Width, _image.Height, labels, count);
    }

    private int Place(int y, int x) => (y * _image.Width) + x;
}
