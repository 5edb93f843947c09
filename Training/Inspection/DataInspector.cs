using SegFromScratch.Training.Data;

namespace SegFromScratch.Training.Inspection;

/// <summary>Reads every sample of a data set once and counts what is in it. One sample a thread is in memory at a time.</summary>
public static class DataInspector
{
    /// <summary>Inspects all parts. Samples that cannot be read are listed, not thrown.</summary>
    /// <param name="path">What was opened, for the report.</param>
    /// <param name="parts">The opened data, without <see cref="DataSetOptions.SkipDamaged"/>: stand-ins would hide what is broken.</param>
    /// <param name="progress">Called from any thread with the number of samples read so far; null: nobody is told.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public static DataInspection Inspect(string path, DataSetParts parts, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        int read = 0;
        PartInspection[] inspected = [.. new[] { parts.Train, parts.Validation, parts.Test }.OfType<IDataSet>().Select(part => Inspect(part, () => progress?.Invoke(Interlocked.Increment(ref read)), cancellation))];
        return new DataInspection(path, parts.Layout, parts.Train.IsMultiLabel, inspected, parts.Unpaired);
    }

    private static PartInspection Inspect(IDataSet part, Action sampleRead, CancellationToken cancellation)
    {
        var total = new SampleStatistics(part.ClassNames.Count, part.IsMultiLabel);
        Parallel.For(
            0,
            part.Count,
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new SampleStatistics(part.ClassNames.Count, part.IsMultiLabel),
            (index, _, own) =>
            {
                try
                {
                    own.Add(index, part.Load(index));
                }
                catch (DataSetException exception)
                {
                    own.Broken.Add(index, exception.Message);
                }
                sampleRead();
                return own;
            },
            own =>
            {
                lock (total)
                    total.Add(own);
            });
        return Summarize(part, total);
    }

    private static PartInspection Summarize(IDataSet part, SampleStatistics total)
    {
        IReadOnlyList<string> names = part.ClassNames;
        double pixels = Math.Max(1, total.Pixels), images = Math.Max(1, total.Images);
        return new PartInspection
        {
            Name = part.Name,
            Images = total.Images,
            Broken = [.. total.Broken.Values],
            Sizes = [.. total.Sizes.Select(size => new SizeCount(size.Key.Width, size.Key.Height, size.Value)).OrderByDescending(size => size.Images).ThenBy(size => size.Width).ThenBy(size => size.Height)],
            Pixels = total.Pixels,
            VoidPixels = total.VoidPixels,
            Classes = [.. names.Select((name, index) => new ClassInspection(
                name, total.ClassImages[index], total.ClassImages[index] / images, total.ClassPixels[index], total.ClassPixels[index] / pixels))],
            ImagesByClassCount = total.ImagesByClassCount[..(Array.FindLastIndex(total.ImagesByClassCount, count => count > 0) + 1)],
            EmptyImages = total.EmptyImages,
            ChannelMeans = [.. total.Sums.Select(sum => sum / pixels / 255)],
            ChannelDeviations = [.. total.Sums.Zip(total.SquareSums, (sum, squares) => Math.Sqrt(Math.Max(0, (squares / pixels) - (sum / pixels * (sum / pixels)))) / 255)],
            Baselines = part.IsMultiLabel ? Baselines.OfLayers(total) : Baselines.OfClassMaps(total, names),
            Examples = [.. total.Examples.SelectMany((indices, index) => indices.Select(each => new GalleryExample(index < names.Count ? names[index] : "empty", each)))],
        };
    }
}
