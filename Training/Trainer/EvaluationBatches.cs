using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;

namespace SegFromScratch.Training.Trainer;

/// <summary>The samples of a data set in its order: in batches where they leave the transform with one size, else one by one.</summary>
internal static class EvaluationBatches
{
    /// <summary>Gives the batches; each is used before the next is asked for.</summary>
    /// <param name="dataSet">Images and truth.</param>
    /// <param name="transform">How images are brought to the network's size; nothing random.</param>
    /// <param name="batchSize">Images at once where they have one size.</param>
    public static IEnumerable<Batch> Of(IDataSet dataSet, SampleTransform transform, int batchSize) =>
        batchSize == 1 || !HasOneSize(dataSet, transform) ? OneByOne(dataSet, transform) : Together(dataSet, transform, batchSize);

    private static bool HasOneSize(IDataSet dataSet, SampleTransform transform)
    {
        if (transform.HasOneSize)
            return true;
        (int, int) first = OutputSize(0);
        return Enumerable.Range(1, dataSet.Count - 1).All(index => OutputSize(index) == first);

        (int, int) OutputSize(int index)
        {
            (int width, int height) = dataSet.SizeOf(index);
            return transform.OutputSize(width, height);
        }
    }

    private static IEnumerable<Batch> Together(IDataSet dataSet, SampleTransform transform, int batchSize)
    {
        using var loader = new BatchLoader(dataSet, transform, new BatchLoaderOptions { BatchSize = batchSize });
        foreach (Batch batch in loader.Epoch())
            yield return batch;
    }

    private static IEnumerable<Batch> OneByOne(IDataSet dataSet, SampleTransform transform)
    {
        var renderer = new SampleRenderer();
        for (int index = 0; index < dataSet.Count; index++)
            yield return BatchFiller.Single(dataSet.Load(index), dataSet.IsMultiLabel ? dataSet.ClassNames.Count : 0, transform, renderer, new BatchPosition(0, index), index == dataSet.Count - 1);
    }
}
