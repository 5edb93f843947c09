using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.PostProcessing;

namespace SegFromScratch.Training.Prediction;

/// <summary>How answers for pictures are made.</summary>
public sealed record PredictionOptions
{
    /// <summary>The size at which the network sees a picture.</summary>
    public PictureSize Size { get; init; }

    /// <summary>The tiles that the network sees one by one; null: the whole picture at once.</summary>
    public TileOptions? Tiles { get; init; }

    /// <summary>The views of a picture whose answers are averaged.</summary>
    public TestTimeAugmentation Augmentation { get; init; } = TestTimeAugmentation.None;

    /// <summary>A dense CRF at the picture's own size; null: none.</summary>
    public DenseCrfOptions? Crf { get; init; }

    /// <summary>Threads of the dense CRF; 0 takes all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Where classes are independent, what makes a pixel belong to one; null: a probability above one half.</summary>
    public DecisionThresholds? Thresholds { get; init; }
}

/// <summary>The size at which a network sees a picture.</summary>
public enum PictureSize
{
    /// <summary>As in training: the picture is resized, and the probabilities are resized back, linearly.</summary>
    Training,

    /// <summary>The picture's own, whatever the size in training was.</summary>
    Own,
}
