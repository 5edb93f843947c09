namespace SegFromScratch.Training.Data.Transforms;

/// <summary>Random changes of training samples that need no sizes. The defaults change nothing.</summary>
public record RandomChanges
{
    /// <summary>Mirror left and right, every second time.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Mirror top and bottom, every second time.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The smallest enlargement; below 1 the image shrinks and is padded. Above 0.</summary>
    public double MinimumScale { get; init; } = 1;

    /// <summary>The greatest enlargement; not below <see cref="MinimumScale"/>.</summary>
    public double MaximumScale { get; init; } = 1;

    /// <summary>Enlargements come in multiples of this, such as 0.25, so that a run meets the same few scales again and again; 0: any between least and greatest, even in the logarithm.</summary>
    public double ScaleStep { get; init; }

    /// <summary>The greatest rotation about the middle, either way, in degrees: 0 to 180.</summary>
    public double Rotation { get; init; }

    /// <summary>The deviation of an elastic deformation, in pixels; 0: none. The displacements of a coarse grid of nodes are normally distributed and joined by cubics (Ronneberger et al. 2015).</summary>
    public double Elastic { get; init; }

    /// <summary>Nodes of the elastic deformation along each side, at least 2.</summary>
    public int ElasticNodes { get; init; } = 3;

    /// <summary>True: what lies outside the picture is its mirror image. False: it is padding, which counts neither in the loss nor in the metrics.</summary>
    public bool MirrorPadding { get; init; }

    /// <summary>The greatest change of brightness, either way, as a share of white: 0 to 1.</summary>
    public double Brightness { get; init; }

    /// <summary>The greatest change of contrast, either way: 0.2 means factors 0.8 to 1.2. 0 to 1.</summary>
    public double Contrast { get; init; }

    /// <summary>The greatest change of saturation, either way: 0.2 means factors 0.8 to 1.2. 0 to 1.</summary>
    public double Saturation { get; init; }

    /// <summary>The greatest change of hue, either way, as a share of the colour circle: 0 to 0.5.</summary>
    public double Hue { get; init; }

    /// <summary>The greatest deviation of a blur, in pixels; each picture gets one between 0 and this.</summary>
    public double Blur { get; init; }

    /// <summary>The greatest deviation of noise, as a share of white; each picture gets one between 0 and this.</summary>
    public double Noise { get; init; }

    /// <summary>The most rectangles that are blanked out in a picture (DeVries and Taylor 2017); the truth under them stays. 0: none.</summary>
    public int CoarseDropout { get; init; }

    /// <summary>The greatest side of such a rectangle, as a share of the picture's: above 0, to 1.</summary>
    public double CoarseDropoutSize { get; init; } = 0.2;

    /// <summary>The side of the squares that are blanked out in a regular grid, as a share of the grid's pitch (Chen et al. 2020, "GridMask"); the truth under them stays. 0 to below 1; 0: none.</summary>
    public double GridDropout { get; init; }

    /// <summary>True: every picture is mirrored left and right, every time, and never in validation. It adds nothing; the Severstal study's code did so in place of a random flip.</summary>
    public bool FixedMirror { get; init; }

    /// <summary>Checks that numbers are in their ranges.</summary>
    /// <exception cref="ArgumentException">One is not; the message names it and its range.</exception>
    public void Check()
    {
        Require(MinimumScale > 0, "minimum_scale", "above 0", MinimumScale);
        Require(MaximumScale >= MinimumScale && double.IsFinite(MaximumScale), "maximum_scale", "at least minimum_scale", MaximumScale);
        Require(ScaleStep == 0 || (ScaleStep > 0 && Math.Floor(MaximumScale / ScaleStep) >= Math.Ceiling(MinimumScale / ScaleStep)), "scale_step", "0, or have a multiple between the least and the greatest scale", ScaleStep);
        Require(Rotation is >= 0 and <= 180, "rotation", "from 0 to 180 degrees", Rotation);
        Require(Elastic >= 0 && double.IsFinite(Elastic), "elastic", "0 or more pixels", Elastic);
        Require(ElasticNodes is >= 2 and <= 64, "elastic_nodes", "from 2 to 64", ElasticNodes);
        Require(Brightness is >= 0 and <= 1, "brightness", "from 0 to 1", Brightness);
        Require(Contrast is >= 0 and <= 1, "contrast", "from 0 to 1", Contrast);
        Require(Saturation is >= 0 and <= 1, "saturation", "from 0 to 1", Saturation);
        Require(Hue is >= 0 and <= 0.5, "hue", "from 0 to 0.5", Hue);
        Require(Blur is >= 0 and <= 100, "blur", "from 0 to 100 pixels", Blur);
        Require(Noise is >= 0 and <= 1, "noise", "from 0 to 1", Noise);
        Require(CoarseDropout is >= 0 and <= 1000, "coarse_dropout", "from 0 to 1000", CoarseDropout);
        Require(CoarseDropoutSize is > 0 and <= 1, "coarse_dropout_size", "above 0, to 1", CoarseDropoutSize);
        Require(GridDropout is >= 0 and < 1, "grid_dropout", "from 0 to below 1", GridDropout);
    }

    private static void Require(bool holds, string setting, string range, double value)
    {
        if (!holds)
            throw new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The setting 'augmentation.{setting}' must be {range}, not {value}."));
    }
}
