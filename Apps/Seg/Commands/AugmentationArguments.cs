using System.CommandLine;
using System.Globalization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options of <c>seg train</c> about random changes of training pictures.</summary>
internal sealed class AugmentationArguments
{
    private readonly Option<string?> _crop = new("--crop") { HelpName = "WIDTHxHEIGHT", Description = "Train on random pieces of WIDTHxHEIGHT." };
    private readonly Option<string?> _scale = new("--scale") { HelpName = "LEAST-GREATEST", Description = "Enlarge or shrink at random: LEAST-GREATEST, such as 0.5-2." };
    private readonly Option<double> _scaleStep = new("--scale-step") { Description = "Take only multiples of this for --scale, such as 0.25." };
    private readonly Option<bool> _flip = new("--flip") { Description = "Mirror left and right at random." };
    private readonly Option<bool> _flipVertical = new("--flip-vertical") { Description = "Mirror top and bottom at random." };
    private readonly Option<double> _rotate = new("--rotate") { Description = "Rotate at random by up to so many degrees either way." };
    private readonly Option<double> _elastic = new("--elastic") { Description = "Deform elastically at random, with this deviation in pixels, such as 10." };
    private readonly Option<bool> _mirrorPadding = new("--mirror-padding") { Description = "Fill what lies outside the picture with its mirror image instead of padding that does not count." };
    private readonly Option<double> _light = new("--light") { Description = "Change brightness and contrast at random by up to this share, such as 0.2." };
    private readonly Option<double> _saturation = new("--saturation") { Description = "Change saturation at random by up to this share, such as 0.3." };
    private readonly Option<double> _hue = new("--hue") { Description = "Turn colours at random by up to this share of the colour circle, such as 0.05." };
    private readonly Option<double> _blur = new("--blur") { Description = "Blur at random by a Gaussian of up to this deviation in pixels." };
    private readonly Option<double> _noise = new("--noise") { Description = "Add noise of up to this deviation as a share of white, such as 0.05." };
    private readonly Option<int> _coarseDropout = new("--coarse-dropout") { Description = "Blank out up to so many random rectangles." };
    private readonly Option<double> _gridDropout = new("--grid-dropout") { Description = "Blank out squares in a grid, their sides this share of its pitch, such as 0.4." };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options =>
        [_crop, _scale, _scaleStep, _flip, _flipVertical, _rotate, _elastic, _mirrorPadding, _light, _saturation, _hue, _blur, _noise, _coarseDropout, _gridDropout];

    /// <summary>Settings with what was given on the command line in their place.</summary>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public AugmentationSettings Over(AugmentationSettings settings, ParseResult result)
    {
        (int Width, int Height)? crop = result.GetValue(_crop) is { } text ? TrainOptions.ReadSize(text, "--crop") : null;
        (double least, double greatest) = result.GetValue(_scale) is { } scale ? ReadScale(scale) : (settings.MinimumScale, settings.MaximumScale);
        return settings with
        {
            CropWidth = crop?.Width ?? settings.CropWidth,
            CropHeight = crop?.Height ?? settings.CropHeight,
            MinimumScale = least,
            MaximumScale = greatest,
            ScaleStep = Given.Or(result, _scaleStep, settings.ScaleStep),
            HorizontalFlip = Given.Or(result, _flip, settings.HorizontalFlip),
            VerticalFlip = Given.Or(result, _flipVertical, settings.VerticalFlip),
            Rotation = Given.Or(result, _rotate, settings.Rotation),
            Elastic = Given.Or(result, _elastic, settings.Elastic),
            MirrorPadding = Given.Or(result, _mirrorPadding, settings.MirrorPadding),
            Brightness = Given.Or(result, _light, settings.Brightness),
            Contrast = Given.Or(result, _light, settings.Contrast),
            Saturation = Given.Or(result, _saturation, settings.Saturation),
            Hue = Given.Or(result, _hue, settings.Hue),
            Blur = Given.Or(result, _blur, settings.Blur),
            Noise = Given.Or(result, _noise, settings.Noise),
            CoarseDropout = Given.Or(result, _coarseDropout, settings.CoarseDropout),
            GridDropout = Given.Or(result, _gridDropout, settings.GridDropout),
        };
    }

    private static (double Least, double Greatest) ReadScale(string text)
    {
        string[] parts = text.Split('-');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out double least) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double greatest) && least > 0 && greatest >= least
            ? (least, greatest)
            : throw new ConfigurationException($"--scale {text}: give LEAST-GREATEST, such as 0.5-2.");
    }
}
