namespace SegFromScratch.Training.Data.Loading;

/// <summary>How a <see cref="BatchLoader"/> works.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Samples a batch; at least 1.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Decides the order of each epoch and what augmentation does to each sample.</summary>
    public long Seed { get; init; }

    /// <summary>True: another order every epoch. False: the data set's own.</summary>
    public bool Shuffle { get; init; }

    /// <summary>A weight above 0 a sample: an epoch draws samples with these chances, some several times. null: each once.</summary>
    public IReadOnlyList<double>? SampleWeights { get; init; }

    /// <summary>True: an epoch's last batch is left out where it would be short.</summary>
    public bool DropLast { get; init; }

    /// <summary>Background threads; 0 chooses: 2, or 1 on a machine with one core.</summary>
    public int Workers { get; init; }

    /// <summary>Batches prepared ahead of the one in use; at least 1.</summary>
    public int BatchesAhead { get; init; } = 2;

    /// <summary>The first batch to give, to resume a run.</summary>
    public BatchPosition Start { get; init; }
}
