using System.CommandLine;
using System.Globalization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options of <c>seg train</c> that let parts of a network stand still or learn at other rates.</summary>
internal sealed class FineTuningArguments
{
    private readonly Option<string[]> _freeze = Many("--freeze", "part", "Keep these parts as they are: encoder, or beginnings of parameter names, such as layer1 classifier.0. 'seg summary' lists the names.");
    private readonly Option<string[]> _scales = Many("--learning-rate-scale", "part=factor", "Multiply the learning rate of parts, as PART=FACTOR, such as encoder=0.1 head.bias=20.");
    private readonly Option<string> _batchNormalization = new("--batch-norm")
    {
        Description = "batch: normalise by the batch, running statistics follow. frozen: normalise by the running statistics, which stay. "
            + "recompute: as batch, and before each validation the statistics are made anew by a pass over the training pictures.",
        DefaultValueFactory = _ => FineTuningOptions.Batch,
    };

    /// <summary>Makes the options.</summary>
    public FineTuningArguments() => _batchNormalization.AcceptOnlyFromAmong([.. FineTuningOptions.BatchNormalizationNames]);

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_freeze, _scales, _batchNormalization];

    /// <summary>Settings with what was given on the command line in their place.</summary>
    /// <exception cref="ConfigurationException">A factor cannot be read.</exception>
    public FineTuningOptions Over(FineTuningOptions settings, ParseResult result)
    {
        var scales = new Dictionary<string, double>();
        foreach (string text in result.GetValue(_scales) ?? [])
        {
            int equals = text.LastIndexOf('=');
            if (equals < 1 || !double.TryParse(text[(equals + 1)..], CultureInfo.InvariantCulture, out double scale) || !scales.TryAdd(text[..equals], scale))
                throw new ConfigurationException($"--learning-rate-scale {text}: give PART=FACTOR, each part once, such as encoder=0.1.");
        }

        return settings with
        {
            Freeze = result.GetValue(_freeze) is { Length: > 0 } parts ? parts : settings.Freeze,
            LearningRateScales = scales.Count > 0 ? scales : settings.LearningRateScales,
            BatchNormalization = Given.Or(result, _batchNormalization, settings.BatchNormalization),
        };
    }

    private static Option<string[]> Many(string name, string value, string description) => new(name) { HelpName = value, Description = description, AllowMultipleArgumentsPerToken = true };
}
