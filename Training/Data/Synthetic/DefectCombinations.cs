namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>
/// Which images have which defects, in the proportions of the 12,568 training images of Severstal: 5,902 without a defect, and of the
/// 6,666 others 897, 247, 5,150 and 801 with class 1, 2, 3 and 4.
/// </summary>
internal static class DefectCombinations
{
    private static readonly (int Images, int[] Classes)[] Table =
    [
        (5902, []), (769, [1]), (195, [2]), (4759, [3]), (516, [4]),
        (35, [1, 2]), (91, [1, 3]), (14, [2, 3]), (284, [3, 4]), (1, [2, 4]), (2, [1, 2, 3]),
    ];

    /// <summary>
    /// The classes of each image. The table's shares are met as closely as the count allows (no dice: a small set gets the rare class
    /// too), and the seed decides which image gets what.
    /// </summary>
    public static int[][] Assign(int count, ref SeededRandom random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        int total = Table.Sum(entry => entry.Images);
        int[][] classes = new int[count][];
        for (int rank = 0; rank < count; rank++)
        {
            double remaining = (rank + 0.5) / count * total;
            int entry = 0;
            while (remaining >= Table[entry].Images)
                remaining -= Table[entry++].Images;
            classes[order[rank]] = Table[entry].Classes;
        }
        return classes;
    }
}
