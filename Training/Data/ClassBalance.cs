namespace SegFromScratch.Training.Data;

/// <summary>How often each sample is to be drawn so that rare classes are met more often.</summary>
public static class ClassBalance
{
    /// <summary>
    /// weight = sum of 1 / n over the classes in the sample, n the number of samples with that class. Each class then has the same chance to be the reason why a sample is drawn.
    /// Samples that show no class count as a class of their own.
    /// </summary>
    /// <param name="dataSet">The training samples; every truth is read once.</param>
    /// <returns>A weight above 0 for each sample.</returns>
    public static double[] Weights(IDataSet dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        var samples = new int[dataSet.ClassNames.Count + 1];
        int[][] present = [.. Enumerable.Range(0, dataSet.Count).Select(i => Present(dataSet, i))];
        foreach (int shown in present.SelectMany(classes => classes))
            samples[shown]++;
        return [.. present.Select(classes => classes.Sum(shown => 1.0 / samples[shown]))];
    }

    // A sample that shows no class counts as one of the class after the last.
    private static int[] Present(IDataSet dataSet, int index) => dataSet.ClassesOf(index) is { Count: > 0 } classes ? [.. classes] : [dataSet.ClassNames.Count];
}
