using System.Globalization;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Losses;

/// <summary>Weights that let rare classes count more.</summary>
public static class ClassWeights
{
    /// <summary>All classes weigh the same.</summary>
    public const string None = "none";

    /// <summary>See <see cref="MedianFrequency"/>.</summary>
    public const string MedianFrequencyName = "median-frequency";

    /// <summary>Makes the weights that were asked for.</summary>
    /// <param name="kind">none, median-frequency, or one number a class as <c>1/2/0.5</c>.</param>
    /// <param name="dataSet">The training data.</param>
    /// <param name="device">Where the weights lie.</param>
    /// <returns>1,C,1,1, or null for none.</returns>
    /// <exception cref="ConfigurationException">The kind is something else, or the numbers are not one of 0 or more a class.</exception>
    public static Tensor? Create(string kind, IDataSet dataSet, Device device)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(dataSet);
        if (kind == None)
            return null;
        float[] weights = kind != MedianFrequencyName
            ? Read(kind, dataSet.ClassNames.Count, float.MaxValue) ?? throw new ConfigurationException(
                $"class weights '{OneLine.Text(kind)}': give {None}, {MedianFrequencyName}, or {dataSet.ClassNames.Count} numbers of 0 or more, one a class, as 1/2/0.5.")
            // A plan asks for sizes only: the data need not be counted for it.
            : device is PlanningDevice ? new float[dataSet.ClassNames.Count]
            : MedianFrequency(dataSet);
        return OnDevice(weights, device);
    }

    /// <summary>Numbers, one a class.</summary>
    /// <returns>1,C,1,1.</returns>
    internal static Tensor OnDevice(float[] weights, Device device) =>
        Tensor.Persistent(device, TensorShape.Vector(weights.Length), weights, memoryClass: MemoryClass.Weights, name: "class weights");

    /// <summary>Reads numbers as <c>1/2/0.5</c>, one a class.</summary>
    /// <returns>Null where they are not as many, or one is not from 0 to the largest allowed.</returns>
    internal static float[]? Read(string text, int classes, float largest)
    {
        float[] numbers = [.. text.Split('/').Select(part => float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) ? number : float.NaN)];
        return numbers.Length == classes && Array.TrueForAll(numbers, number => number >= 0 && number <= largest) ? numbers : null;
    }

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
