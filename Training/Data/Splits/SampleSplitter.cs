using SegFromScratch.Training.Data.Layouts;

namespace SegFromScratch.Training.Data.Splits;

/// <summary>Divides what a folder holds into parts. A test part that the folder names stays one, whatever divides the rest.</summary>
internal static class SampleSplitter
{
    /// <summary>Divides by the way that was asked for.</summary>
    /// <exception cref="DataSetException">The way needs something that is not there, or a part would be empty.</exception>
    public static DataSetParts Divide(DataSetContents contents, DataSetOptions options)
    {
        if (options.ValidationShare is not (> 0 and < 1))
            throw new DataSetException($"--validation-share {options.ValidationShare}: must be above 0 and below 1.");
        IDataSet samples = contents.Samples;
        GivenParts? given = contents.Given;
        SplitMethod method = SplitChoice.Parse(options.Split) ?? (given is null ? contents.Preferred : SplitMethod.Lists);
        GivenParts parts = method switch
        {
            SplitMethod.File => SplitFile.Read(options.Split).Select(options.Split, samples),
            SplitMethod.Lists when given is null => throw new DataSetException(
                $"--split lists: the folder {samples.Name} names no parts; add train.txt and val.txt, or choose seeded, stratified or blocks."),
            SplitMethod.Lists when given.Validation is not null => given,
            SplitMethod.Lists => Draw(SplitMethod.Seeded, given.Train),
            _ => Draw(method, Undivided()),
        };
        string way = method switch
        {
            SplitMethod.Lists => "the folder's own parts",
            SplitMethod.File => $"divided as {Path.GetFileName(options.Split)} says",
            SplitMethod.Blocks => "a block held out",
            SplitMethod.Stratified => $"divided by class, seed {options.Seed}",
            _ => $"divided by seed {options.Seed}",
        };
        return new DataSetParts($"{contents.Layout}, {way}", Part("train", parts.Train), Part("val", parts.Validation!), parts.Test is { } test ? Part("test", test) : null)
        {
            Method = method,
            Seed = options.Seed,
            Unpaired = contents.Unpaired,
        };

        int[] Undivided() => given is null
            ? [.. Enumerable.Range(0, samples.Count)]
            : [.. given.Train.Concat(given.Validation ?? []).Order()];

        GivenParts Draw(SplitMethod drawn, int[] from)
        {
            (int[] train, int[] validation) = drawn switch
            {
                SplitMethod.Stratified => StratifiedSplit.Split(from, samples.ClassesOf, samples.ClassNames.Count, options.ValidationShare, options.Seed),
                SplitMethod.Blocks => BlockSplit.Split(from, samples.KeyOf, options.ValidationShare, options.Seed),
                _ => SeededSplit.Split(from, options.ValidationShare, options.Seed),
            };
            return new GivenParts(train, validation, given?.Test);
        }

        SubsetDataSet Part(string part, int[] chosen) => new(samples, chosen, $"{samples.Name} {part}");
    }
}
