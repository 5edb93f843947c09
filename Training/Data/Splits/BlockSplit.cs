namespace SegFromScratch.Training.Data.Splits;

/// <summary>Holds out samples that follow each other. In a stack of slices a random split would test on near copies of what was learned.</summary>
internal static class BlockSplit
{
    /// <summary>
    /// Orders the samples by name, numbers by value (2 before 10), cuts them into blocks of ceil(share x count) from the end, and holds out
    /// block number seed modulo the number of whole blocks: seed 0 the last one, seed 1 the one before it.
    /// </summary>
    /// <param name="samples">Numbers of samples.</param>
    /// <param name="nameOf">The name of a sample.</param>
    /// <param name="validationShare">Above 0, below 1.</param>
    /// <param name="seed">Chooses the block.</param>
    /// <exception cref="DataSetException">There are fewer than two samples.</exception>
    public static (int[] Train, int[] Validation) Split(IReadOnlyList<int> samples, Func<int, string> nameOf, double validationShare, long seed)
    {
        if (samples.Count < 2)
            throw new DataSetException($"{samples.Count} image(s) cannot be divided into a training and a validation part; at least 2 are needed.");
        int[] ordered = [.. samples.OrderBy(nameOf, NaturalOrder.Instance)];
        int block = SeededSplit.HeldOut(ordered.Length, validationShare), blocks = ordered.Length / block;
        int number = (int)(((seed % blocks) + blocks) % blocks);
        int first = ordered.Length - ((number + 1) * block);
        return ([.. ordered[..first], .. ordered[(first + block)..]], ordered[first..(first + block)]);
    }
}
