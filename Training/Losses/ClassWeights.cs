using SegFromScratch.Training.Data;

namespace SegFromScratch.Training.Losses;

/// <summary>Weights that let rare classes count more.</summary>
public static class ClassWeights
{
    /// <summary>
    /// Median frequency balancing (Eigen and Fergus 2015; Badrinarayanan et al. 2017, "SegNet"): weight = median frequency / frequency,
    /// where a class's frequency is its pixels divided by the pixels of the images in which it appears.
    /// </summary>
    /// <param name="dataSet">Class maps to count.</param>
    /// <param name="limit">The greatest weight: a class of a few pixels would otherwise drown the others.</param>
    public static float[] MedianFrequency(IDataSet dataSet, float limit = 10)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        int classes = dataSet.ClassNames.Count;
        var pixels = new long[classes];
        var pixelsWhereItAppears = new long[classes];
        var count = new long[256];
        for (int i = 0; i < dataSet.Count; i++)
        {
            if (dataSet.Load(i).Target is not ClassMap map)
                throw new ArgumentException("class weights need one class a pixel", nameof(dataSet));
            Array.Clear(count);
            foreach (byte label in map.Mask.Labels)
                count[label]++;
            long counted = map.Mask.Labels.LongLength - count[map.IgnoreIndex];
            for (int c = 0; c < classes; c++)
            {
                pixels[c] += count[c];
                pixelsWhereItAppears[c] += count[c] > 0 ? counted : 0;
            }
        }

        double[] frequencies = [.. pixels.Select((n, c) => n == 0 ? 0 : n / (double)pixelsWhereItAppears[c])];
        double[] seen = [.. frequencies.Where(frequency => frequency > 0).Order()];
        double median = seen.Length == 0 ? 1 : (seen[(seen.Length - 1) / 2] + seen[seen.Length / 2]) / 2;
        return [.. frequencies.Select(frequency => frequency == 0 ? 1f : (float)Math.Min(limit, median / frequency))];
    }
}
