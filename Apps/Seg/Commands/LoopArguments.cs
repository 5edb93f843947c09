using System.CommandLine;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options of <c>seg train</c> that say how a run goes through its steps and epochs.</summary>
internal sealed class LoopArguments
{
    private readonly Option<int> _accumulate = new("--accumulate") { Description = "Average the gradients of so many batches for one step: the step of a larger batch in the memory of one." };
    private readonly Option<double?> _average = new("--ema") { Description = "Keep a moving average of the weights with this decay, such as 0.999; it is validated and saved as the best." };
    private readonly Option<int?> _patience = new("--patience") { Description = "End after so many epochs without a better validation." };
    private readonly Option<int> _keepLast = new("--keep-last") { Description = "Keep the checkpoints of so many last epochs beside best and last." };
    private readonly Option<bool> _findNan = new("--find-nan") { Description = "Look at every result of every step and end at the first that is not a number. Slow; without it only a step that went wrong is repeated so." };
    private readonly Option<bool> _balance = new("--balance-classes") { Description = "Draw pictures with rare classes more often." };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_accumulate, _average, _patience, _keepLast, _findNan, _balance];

    /// <summary>Settings with what was given on the command line in their place.</summary>
    public TrainingOptions Over(TrainingOptions settings, ParseResult result) => settings with
    {
        Accumulate = Given.Or(result, _accumulate, settings.Accumulate),
        AverageDecay = Given.Or(result, _average, settings.AverageDecay),
        Patience = Given.Or(result, _patience, settings.Patience),
        KeepLast = Given.Or(result, _keepLast, settings.KeepLast),
        FindNan = Given.Or(result, _findNan, settings.FindNan),
        BalanceClasses = Given.Or(result, _balance, settings.BalanceClasses),
    };
}
