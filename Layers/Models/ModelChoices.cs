namespace SegFromScratch.Layers.Models;

/// <summary>What a caller may choose about a network; null takes the network's own default. A network refuses choices that it does not have: <see cref="ModelSettings"/>.</summary>
/// <param name="BaseFilters">The filters of the first level, on which those of the others depend.</param>
/// <param name="Dropout">The share of activations dropped.</param>
public sealed record ModelChoices(int? BaseFilters = null, float? Dropout = null)
{
    /// <summary>Pixels of the image for each pixel of the encoder's last features: 8 or 16.</summary>
    public int? OutputStride { get; init; }

    /// <summary>True trains with the network's extra outputs: an auxiliary head, or deep supervision.</summary>
    public bool? AuxiliaryHeads { get; init; }

    /// <summary>True leaves the encoder's weights as they start or as a file gives them.</summary>
    public bool? FrozenEncoder { get; init; }

    /// <summary>True normalises by running statistics in training too; scale and shift are trained.</summary>
    public bool? FrozenStatistics { get; init; }

    /// <summary>True also looks at smaller copies of the image and takes the largest logits.</summary>
    public bool? MultiScale { get; init; }

    /// <summary>Smaller maps of the pyramid: 2 to 5.</summary>
    public int? PyramidLevels { get; init; }

    /// <summary>How features and logits are enlarged.</summary>
    public Enlargement? Enlargement { get; init; }

    /// <summary><see cref="XceptionHabits.ConvolutionBias"/>.</summary>
    public bool? ConvolutionBias { get; init; }

    /// <summary><see cref="XceptionHabits.GlorotStart"/>.</summary>
    public bool? GlorotStart { get; init; }

    /// <summary><see cref="XceptionHabits.KerasNormalization"/>.</summary>
    public bool? KerasNormalization { get; init; }

    /// <summary><see cref="XceptionHabits.ReluAfterStem"/>.</summary>
    public bool? ReluAfterStem { get; init; }

    /// <summary><see cref="XceptionHabits.SameStem"/>.</summary>
    public bool? SameStem { get; init; }

    /// <summary><see cref="XceptionHabits.ImagePoolingWindow"/>.</summary>
    public int? ImagePoolingWindow { get; init; }

    /// <summary><see cref="XceptionHabits.DecoderConvolutions"/>.</summary>
    public int? DecoderConvolutions { get; init; }

    /// <summary><see cref="XceptionHabits.DropoutAtInference"/>.</summary>
    public bool? DropoutAtInference { get; init; }

    /// <summary>Refuses impossible choices and those that a network does not have.</summary>
    /// <param name="model">The network's name, for messages.</param>
    /// <param name="offered">What the network lets choose.</param>
    /// <exception cref="ArgumentException">A choice is impossible.</exception>
    internal void Check(string model, IReadOnlyCollection<ModelSetting> offered)
    {
        if (BaseFilters is < 1 or > 1024)
            throw new ArgumentException($"the filters of the first level must lie from 1 to 1024, not {BaseFilters}");
        if (Dropout is not (null or (>= 0 and < 1)))
            throw new ArgumentException($"dropout must lie from 0 to below 1, not {Dropout}");
        if (OutputStride is not (null or 8 or 16))
            throw new ArgumentException($"the output stride must be 8 or 16, not {OutputStride}");
        if (PyramidLevels is not (null or (>= 2 and <= 5)))
            throw new ArgumentException($"the pyramid has 2 to 5 levels, not {PyramidLevels}");
        if (ImagePoolingWindow is < 0 or > 64)
            throw new ArgumentException($"the image branch takes means of windows of 1 to 64 pixels, or of the whole image at 0, not {ImagePoolingWindow}");
        if (DecoderConvolutions is not (null or (>= 0 and <= 4)))
            throw new ArgumentException($"the decoder has 0 to 4 separable convolutions, not {DecoderConvolutions}");
        if (ModelSettings.All.FirstOrDefault(setting => setting.IsGiven(this) && !offered.Contains(setting)) is { } refused)
            throw new ArgumentException($"{model} has no free {refused.Phrase}: leave it out");
    }

    /// <summary>The habits of a DeepLabV3+ on Xception, with what was chosen in place of its own.</summary>
    internal XceptionHabits Over(XceptionHabits habits) => habits with
    {
        ConvolutionBias = ConvolutionBias ?? habits.ConvolutionBias,
        GlorotStart = GlorotStart ?? habits.GlorotStart,
        KerasNormalization = KerasNormalization ?? habits.KerasNormalization,
        ReluAfterStem = ReluAfterStem ?? habits.ReluAfterStem,
        SameStem = SameStem ?? habits.SameStem,
        ImagePoolingWindow = ImagePoolingWindow ?? habits.ImagePoolingWindow,
        Enlargement = Enlargement ?? habits.Enlargement,
        DecoderConvolutions = DecoderConvolutions ?? habits.DecoderConvolutions,
        DropoutAtInference = DropoutAtInference ?? habits.DropoutAtInference,
    };
}
