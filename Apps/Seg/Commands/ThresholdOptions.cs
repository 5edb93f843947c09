using System.CommandLine;
using System.Globalization;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>--threshold</c> and <c>--minimum-area</c>, for runs whose masks may overlap.</summary>
internal sealed class ThresholdOptions
{
    private const string Otherwise = "one number, or one a class with commas between; without it what 'seg evaluate --search-thresholds' found";

    private readonly Option<string?> _thresholds = new("--threshold") { HelpName = "numbers", Description = $"Above which probability a pixel belongs to a class: {Otherwise}, or else 0.5." };
    private readonly Option<string?> _areas = new("--minimum-area") { HelpName = "numbers", Description = $"Masks with fewer pixels are emptied: {Otherwise}, or else 0." };

    /// <summary>Puts the options into a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_thresholds);
        command.Options.Add(_areas);
    }

    /// <summary>The thresholds in use; null where each pixel has one class.</summary>
    /// <exception cref="ConfigurationException">An option is not typed as it should be, or each pixel has one class.</exception>
    public DecisionThresholds? Read(ParseResult result, TrainedNetwork network)
    {
        int classes = network.Classes.Names.Count;
        if (!network.Classes.MayOverlap)
        {
            return ((Option[])[_thresholds, _areas]).FirstOrDefault(option => Given.Is(result, option)) is { } given
                ? throw new ConfigurationException($"{given.Name}: the run '{Path.GetFileName(network.Folder.Path)}' gives each pixel its most likely class; thresholds are for masks that may overlap.")
                : null;
        }

        double[]? thresholds = Numbers(result.GetValue(_thresholds), _thresholds.Name, classes, "a number from 0 to 1", number => number is >= 0 and <= 1);
        double[]? areas = Numbers(result.GetValue(_areas), _areas.Name, classes, "a whole number of pixels", number => number is >= 0 and <= int.MaxValue && Math.Floor(number) == number);
        DecisionThresholds standard = network.Thresholds ?? DecisionThresholds.Standard(classes);
        return new DecisionThresholds([.. standard.Classes.Select((found, c) => new ClassThreshold(
            thresholds?[c] ?? found.Threshold,
            areas is null ? found.MinimumShare : 0,
            areas is null ? found.MinimumArea : (long)areas[c]))]);
    }

    private static double[]? Numbers(string? text, string option, int classes, string kind, Func<double, bool> isFit)
    {
        if (text is null)
            return null;
        double[] numbers = [.. text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && isFit(number)
            ? number
            : throw new ConfigurationException($"{option}: '{part}' is not {kind}."))];
        return numbers.Length == classes ? numbers
            : numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0], classes)]
            : throw new ConfigurationException($"{option}: {numbers.Length} numbers, but the run has {classes} classes; give one number, or {classes}.");
    }
}
