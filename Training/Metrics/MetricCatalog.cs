namespace SegFromScratch.Training.Metrics;

/// <summary>Scores by name. Papers and contests call different things Dice or IoU; here each has a name of its own. All are from 0 to 1, more is better.</summary>
public static class MetricCatalog
{
    /// <summary>Takes the usual score of the data: <see cref="KaggleDice"/> of layers, <see cref="MeanIoU"/> of class maps.</summary>
    public const string Auto = "auto";

    /// <summary>The mean over images and classes of hard masks' Dice, 1 where both are empty.</summary>
    public const string KaggleDice = "kaggle-dice";

    /// <summary>The Dice of probabilities over a whole batch, all classes together, smoothed by 1; the mean over batches.</summary>
    public const string BatchSoftDice = "batch-soft-dice";

    /// <summary>The IoU of each class over the whole set; the mean over classes.</summary>
    public const string MeanIoU = "mean-iou";

    /// <summary>The IoU of each class in an image's truth; the mean over these classes, then over images.</summary>
    public const string ImageIoU = "image-iou";

    /// <summary>The Dice of each class over the whole set; the mean over classes.</summary>
    public const string MeanDice = "mean-dice";

    /// <summary>The share of a class's true pixels that were found; the mean over classes.</summary>
    public const string MeanRecall = "mean-recall";

    /// <summary>The share of the pixels given a class that are of it; the mean over classes.</summary>
    public const string MeanPrecision = "mean-precision";

    /// <summary>The share of pixels of the whole set that were given their class; of layers, the share of right yes-or-no answers.</summary>
    public const string PixelAccuracy = "pixel-accuracy";

    /// <summary>The share of an image's pixels that were given their class; the mean over images.</summary>
    public const string ImagePixelAccuracy = "image-pixel-accuracy";

    /// <summary>The IoU of each class over the whole set, weighted by its share of true pixels.</summary>
    public const string FrequencyWeightedIoU = "frequency-weighted-iou";

    /// <summary>The names, without <see cref="Auto"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [KaggleDice, BatchSoftDice, MeanIoU, ImageIoU, MeanDice, MeanRecall, MeanPrecision, PixelAccuracy, ImagePixelAccuracy, FrequencyWeightedIoU];

    /// <summary>True for <see cref="Auto"/> and for the names.</summary>
    public static bool IsKnown(string name) => name == Auto || Names.Contains(name);
}
