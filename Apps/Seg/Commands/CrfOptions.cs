using System.CommandLine;
using SegFromScratch.Training.PostProcessing;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>--crf</c> and its numbers, which several commands have.</summary>
internal sealed class CrfOptions
{
    private static readonly DenseCrfOptions s_standard = new();

    private readonly Option<bool> _crf = new("--crf") { Description = "Bring the answer into line with the picture's edges by a dense CRF (Krähenbühl and Koltun 2011); the numbers below are DeepLab's." };
    private readonly Option<int> _iterations = new("--crf-iterations") { Description = "Mean-field updates.", DefaultValueFactory = _ => s_standard.Iterations };
    private readonly Option<float> _bilateralWeight = Number("--crf-bilateral-weight", "How much pixels of like colour and near place pull each other.", s_standard.BilateralWeight);
    private readonly Option<float> _bilateralPosition = Number("--crf-bilateral-position", "Deviation of place in that term, in pixels.", s_standard.BilateralPosition);
    private readonly Option<float> _bilateralColor = Number("--crf-bilateral-color", "Deviation of colour in that term, of 0 to 255.", s_standard.BilateralColor);
    private readonly Option<float> _gaussianWeight = Number("--crf-gaussian-weight", "How much near pixels of any colour pull each other.", s_standard.GaussianWeight);
    private readonly Option<float> _gaussianPosition = Number("--crf-gaussian-position", "Deviation of place in that term, in pixels.", s_standard.GaussianPosition);

    private Option[] Numbers => [_iterations, _bilateralWeight, _bilateralPosition, _bilateralColor, _gaussianWeight, _gaussianPosition];

    /// <summary>Puts the options into a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_crf, .. Numbers])
            command.Options.Add(option);
    }

    /// <summary>The field that was asked for, or null.</summary>
    /// <exception cref="ConfigurationException">A number was given without <c>--crf</c>.</exception>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public DenseCrfOptions? Read(ParseResult result)
    {
        if (!result.GetValue(_crf))
        {
            return Numbers.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } given
                ? throw new ConfigurationException($"{given.Name} needs --crf.")
                : null;
        }

        var options = new DenseCrfOptions
        {
            Iterations = result.GetValue(_iterations),
            BilateralWeight = result.GetValue(_bilateralWeight),
            BilateralPosition = result.GetValue(_bilateralPosition),
            BilateralColor = result.GetValue(_bilateralColor),
            GaussianWeight = result.GetValue(_gaussianWeight),
            GaussianPosition = result.GetValue(_gaussianPosition),
        };
        options.Validate();
        return options;
    }

    private static Option<float> Number(string name, string description, float standard) =>
        new(name) { Description = description, DefaultValueFactory = _ => standard };
}
