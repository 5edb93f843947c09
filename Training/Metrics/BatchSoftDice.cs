namespace SegFromScratch.Training.Metrics;

/// <summary>
/// The Dice of probabilities, pooled over all images, classes and pixels of a batch: (2 sum(t p) + 1) / (sum t + sum p + 1); the score
/// is the plain mean over batches, so it depends on the batch size. It is what Keras users of Severstal report, and not comparable
/// with <see cref="KaggleDice"/>.
/// </summary>
public sealed class BatchSoftDice
{
    private const double Smooth = 1;

    private double _sum;

    /// <summary>Batches counted.</summary>
    public long Batches { get; private set; }

    /// <summary>The mean over batches; 0 before the first one.</summary>
    public double Score => Batches == 0 ? 0 : _sum / Batches;

    /// <summary>Counts a batch.</summary>
    /// <param name="truth">Zeros and ones.</param>
    /// <param name="probabilities">As many values, 0 to 1.</param>
    /// <returns>The batch's own Dice.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public double Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> probabilities)
    {
        if (truth.Length != probabilities.Length)
            throw new ArgumentException($"{truth.Length} true values but {probabilities.Length} probabilities.", nameof(probabilities));
        double both = 0, trues = 0, predicted = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            both += truth[i] * probabilities[i];
            trues += truth[i];
            predicted += probabilities[i];
        }
        double dice = ((2 * both) + Smooth) / (trues + predicted + Smooth);
        _sum += dice;
        Batches++;
        return dice;
    }
}
