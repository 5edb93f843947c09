namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>Which images have which defects.</summary>
internal static class DefectCombinations
{
    // Each class in 78 of 300 images, alone in 48; 48 without a defect.
    private static readonly (int Images, int[] Classes)[] Even =
    [
        (48, []), (48, [1]), (48, [2]), (48, [3]), (48, [4]),
        (10, [1, 2]), (10, [1, 3]), (10, [1, 4]), (10, [2, 3]), (10, [2, 4]), (10, [3, 4]),
    ];

    // The 12,568 training images: 5,902 without a defect; of the 6,666 others 897, 247, 5,150 and 801 show class 1, 2, 3 and 4.
    private static readonly (int Images, int[] Classes)[] Severstal =
    [
        (5902, []), (769, [1]), (195, [2]), (4759, [3]), (516, [4]),
        (35, [1, 2]), (91, [1, 3]), (14, [2, 3]), (284, [3, 4]), (1, [2, 4]), (2, [1, 2, 3]),
    ];

    /// <summary>
    /// The classes of each image. The shares are met as closely as the count allows (no dice: a small set gets the rare class
    /// too), and the seed decides which image gets what.
    /// </summary>
    public static int[][] Assign(int count, DefectShares shares, ref SeededRandom random)
    {
        (int Images, int[] Classes)[] table = shares == DefectShares.Severstal ? Severstal : Even;
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        int total = table.Sum(entry => entry.Images);
        int[][] classes = new int[count][];
        for (int rank = 0; rank < count; rank++)
        {
            double remaining = (rank + 0.5) / count * total;
            int entry = 0;
            while (remaining >= table[entry].Images)
                remaining -= table[entry++].Images;
            classes[order[rank]] = table[entry].Classes;
        }
        return classes;
    }
}
