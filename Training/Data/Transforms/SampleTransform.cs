namespace SegFromScratch.Training.Data.Transforms;

/// <summary>The way of a sample from the file to the network: its steps in order, then the normalisation. Immutable; any thread may use it.</summary>
public sealed class SampleTransform
{
    private readonly (int Width, int Height)? _size, _crop;
    private readonly int? _shorterSide;
    private readonly IPlanStep[] _steps;
    private readonly bool _mirrorPadding;

    /// <summary>Sets up the steps: scale and crop, flips, light, warp, appearance, dropout.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public SampleTransform(AugmentationOptions options, Normalization normalization)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(normalization);
        Check(options);
        (_size, _crop, _shorterSide, Normalization) = (options.Size, options.Crop, options.ShorterSide, normalization);
        List<IPlanStep> steps = [];
        if (options.Crop is not null || options.MinimumScale != 1 || options.MaximumScale != 1)
            steps.Add(new RandomScaleCropStep(options.MinimumScale, options.MaximumScale, options.ScaleStep, options.Crop));
        if (options.HorizontalFlip)
            steps.Add(new RandomFlipStep(horizontal: true));
        if (options.VerticalFlip)
            steps.Add(new RandomFlipStep(horizontal: false));
        if (options.Brightness > 0 || options.Contrast > 0)
            steps.Add(new RandomLightStep(options.Brightness, options.Contrast));
        if (options.FixedMirror)
            steps.Add(new FixedMirrorStep());
        if (options.Rotation > 0 || options.Elastic > 0)
            steps.Add(new RandomWarpStep(options.Rotation, options.Elastic, options.ElasticNodes));
        if (options.Saturation > 0 || options.Hue > 0 || options.Blur > 0 || options.Noise > 0)
            steps.Add(new RandomAppearanceStep(options));
        if (options.CoarseDropout > 0 || options.GridDropout > 0)
            steps.Add(new RandomDropoutStep(options.CoarseDropout, options.CoarseDropoutSize, options.GridDropout));
        _mirrorPadding = options.MirrorPadding;
        _steps = [.. steps];
    }

    /// <summary>The last step, the same for every sample.</summary>
    public Normalization Normalization { get; }

    /// <summary>The size that an image of a given size leaves the transform with.</summary>
    public (int Width, int Height) OutputSize(int sourceWidth, int sourceHeight) => _crop ?? Resized(sourceWidth, sourceHeight);

    /// <summary>True where images of any size leave the transform with one size.</summary>
    public bool HasOneSize => _crop is not null || _size is not null;

    /// <summary>Decides what is done to a sample.</summary>
    /// <param name="sourceWidth">Columns of the image.</param>
    /// <param name="sourceHeight">Rows of the image.</param>
    /// <param name="random">The sample's own stream.</param>
    public SamplePlan Plan(int sourceWidth, int sourceHeight, SeededRandom random)
    {
        (int width, int height) = Resized(sourceWidth, sourceHeight);
        var plan = new SamplePlan(width, height, 0, 0, (double)sourceWidth / width, (double)sourceHeight / height) { MirrorPadding = _mirrorPadding };
        for (int i = 0; i < _steps.Length; i++)
        {
            // A stream of its own for each step: what one step draws does not shift the next one's luck.
            SeededRandom own = random.Fork(i);
            plan = _steps[i].Apply(plan, ref own);
        }
        return plan;
    }

    private (int Width, int Height) Resized(int width, int height)
    {
        if (_shorterSide is not { } side)
            return _size ?? (width, height);
        double factor = (double)side / Math.Min(width, height);
        return (Math.Max(side, (int)Math.Round(width * factor)), Math.Max(side, (int)Math.Round(height * factor)));
    }

    private static void Check(AugmentationOptions options)
    {
        if (options.Size is { } size && (size.Width < 1 || size.Height < 1))
            throw new ArgumentException($"Size {size.Width}x{size.Height}: both must be at least 1.", nameof(options));
        if (options.Crop is { } crop && (crop.Width < 1 || crop.Height < 1))
            throw new ArgumentException($"Crop {crop.Width}x{crop.Height}: both must be at least 1.", nameof(options));
        if (options.ShorterSide is < 1 || (options.ShorterSide is not null && options.Size is not null))
            throw new ArgumentException($"Shorter side {options.ShorterSide}: it must be at least 1, and no size beside it.", nameof(options));
        options.Check();
    }
}
