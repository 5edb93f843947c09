using SegFromScratch.Training.Data.Transforms;

namespace SegFromScratch.Training.Data.Loading;

/// <summary>Puts a sample into its slot of a batch.</summary>
internal static class BatchFiller
{
    public static void Fill(Batch batch, int slot, Sample sample, SampleTransform transform, SampleRenderer renderer, SeededRandom random)
    {
        SamplePlan plan = transform.Plan(sample.Image.Width, sample.Image.Height, random);
        if ((plan.Width, plan.Height) != (batch.Width, batch.Height))
        {
            throw new DataSetException(
                $"{sample.Name}: the image is {plan.Width}x{plan.Height} but the first one is {batch.Width}x{batch.Height}; "
                + "bring all to one size with --size, or cut equal pieces with --crop.");
        }
        int pixels = batch.Width * batch.Height;
        renderer.RenderImage(sample.Image, plan, transform.Normalization, batch.Images.AsSpan(slot * 3 * pixels, 3 * pixels));
        if (sample.Target is LayerMasks masks)
            renderer.RenderLayers(masks, plan, batch.Layers.AsSpan(slot * batch.LayerCount * pixels, batch.LayerCount * pixels));
        else
            renderer.RenderClassMap((ClassMap)sample.Target, plan, batch.ClassMap.AsSpan(slot * pixels, pixels));
        batch.SetName(slot, sample.Name);
    }

    /// <summary>A batch of one sample at the sample's own size.</summary>
    public static Batch Single(Sample sample, int layerCount, SampleTransform transform, SampleRenderer renderer, BatchPosition position, bool endsEpoch)
    {
        (int width, int height) = transform.OutputSize(sample.Image.Width, sample.Image.Height);
        var batch = new Batch(1, width, height, layerCount);
        batch.Begin(position, 1, endsEpoch);
        Fill(batch, 0, sample, transform, renderer, default);
        return batch;
    }
}
