using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Trainer;

/// <summary>
/// Makes the running statistics of batch normalisation anew: the mean, over batches, of each batch's mean and unbiased variance, all with the weights as they are now.
/// A moving average instead remembers batches of earlier weights. PyTorch: <c>torch.optim.swa_utils.update_bn</c>.
/// </summary>
public static class BatchStatistics
{
    /// <summary>Passes training pictures through the network of a run, in the order of the data set, with the random changes of training.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="batches">How many batches.</param>
    /// <param name="cancellation">Ends the pass early; the statistics are then of no use.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static void Recompute(TrainingSetup setup, int batches, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(setup);
        RunConfiguration configuration = setup.Configuration;
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions
        {
            BatchSize = configuration.Batch,
            Seed = configuration.Seed,
            DropLast = setup.Data.Train.Count >= configuration.Batch,
        });
        Recompute(setup.Model, loader.Epoch().Take(batches), (ulong)configuration.Seed, cancellation);
    }

    /// <summary>Passes batches through a network. Normalisation that is frozen stays as it is.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batches">The batches, each used before the next is asked for.</param>
    /// <param name="seed">Fixes what is random in the passes, such as dropout.</param>
    /// <param name="cancellation">Ends the pass early; the statistics are then of no use.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static void Recompute(SegmentationModel model, IEnumerable<Batch> batches, ulong seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        BatchNormalization2D[] normalizations = [.. model.Modules().Select(m => m.Module).OfType<BatchNormalization2D>()];
        try
        {
            int number = 0;
            foreach (Batch batch in batches)
            {
                cancellation.ThrowIfCancellationRequested();

                // The k-th batch moves the mean by 1/k; the first one replaces what was there.
                number++;
                foreach (BatchNormalization2D normalization in normalizations)
                    normalization.Momentum = 1f / number;
                Pass(model, batch, unchecked(seed + (ulong)number));
            }
        }
        finally
        {
            foreach (BatchNormalization2D normalization in normalizations)
                normalization.Momentum = null;
        }
    }

    private static void Pass(SegmentationModel model, Batch batch, ulong seed)
    {
        using var step = new Step(model.Device, training: true, seed);
        Tensor images = Trainer.UploadImages(step, batch);
        foreach (WeightedLogits head in model.ForwardAll(step, images))
            Step.Release(head.Logits);
        Step.Release(images);
    }
}
