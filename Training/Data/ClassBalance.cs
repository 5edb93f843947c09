namespace SegFromScratch.Training.Data;

/// <summary>How often each sample is to be drawn so that rare classes are met more often.</summary>
public static class ClassBalance
{
    /// <summary>
    /// weight = sum of 1 / n over the classes in the sample, n the number of samples with that class. Each class then has the same chance to be the reason why a sample is drawn.
    /// Where masks may overlap, a sample without any counts as a class of its own.
    /// </summary>
    /// <param name="dataSet">The training samples; every truth is read once.</param>
    /// <returns>A weight above 0 for each sample.</returns>
    public static double[] Weights(IDataSet dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        var samples = new int[dataSet.ClassNames.Count + 1];
        var present = new bool[dataSet.Count][];
        for (int i = 0; i < dataSet.Count; i++)
        {
            present[i] = Present(dataSet.Load(i).Target, samples.Length);
            for (int c = 0; c < samples.Length; c++)
                samples[c] += present[i][c] ? 1 : 0;
        }

        return [.. present.Select(classes => classes.Select((isPresent, c) => isPresent ? 1.0 / samples[c] : 0).Sum())];
    }

    // The last place is for samples that show no class.
    private static bool[] Present(SampleTarget target, int places)
    {
        var present = new bool[places];
        if (target is ClassMap map)
        {
            foreach (byte label in map.Mask.Labels)
            {
                if (label != map.IgnoreIndex)
                    present[label] = true;
            }
        }
        else if (target is LayerMasks masks)
        {
            for (int c = 0; c < masks.LayerCount; c++)
                present[c] = masks.Layer(c).Contains((byte)1);
        }

        present[^1] = !present.Contains(true);
        return present;
    }
}
