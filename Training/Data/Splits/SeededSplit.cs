namespace SegFromScratch.Training.Data.Splits;

/// <summary>Divides samples into two parts by a seed.</summary>
public static class SeededSplit
{
    /// <summary>
    /// Draws ceil(share x count) of the items for validation, at least one and never all. Both parts keep the items' order, and the
    /// draw depends on the seed and the count only.
    /// </summary>
    /// <exception cref="DataSetException">There are fewer than two items.</exception>
    public static (T[] Train, T[] Validation) Split<T>(IReadOnlyList<T> items, double validationShare, long seed)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (validationShare is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(validationShare), validationShare, "The share must be above 0 and below 1.");
        if (items.Count < 2)
            throw new DataSetException($"{items.Count} image(s) cannot be divided into a training and a validation part; at least 2 are needed.");
        int wanted = HeldOut(items.Count, validationShare);
        int[] order = [.. Enumerable.Range(0, items.Count)];
        SeededRandom random = SeededRandom.For(seed);
        random.Shuffle(order);
        HashSet<int> chosen = [.. order.Take(wanted)];
        return ([.. items.Where((_, index) => !chosen.Contains(index))], [.. items.Where((_, index) => chosen.Contains(index))]);
    }

    /// <summary>ceil(share x count), at least one and never all.</summary>
    internal static int HeldOut(int count, double share) => Math.Clamp((int)Math.Ceiling(share * count), 1, count - 1);
}
