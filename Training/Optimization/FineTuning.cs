using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Optimization;

/// <summary>Carries out <see cref="FineTuningOptions"/>.</summary>
public static class FineTuning
{
    /// <summary>
    /// Freezes parts of a network before its optimiser is made. Gradients are then computed only as far back as something is trained, and batch normalisation in a frozen part
    /// uses its running statistics and leaves them alone: a part stands still as a whole.
    /// </summary>
    /// <exception cref="ConfigurationException">A part has no parameter, or nothing would be left to train.</exception>
    public static void Freeze(SegmentationModel model, FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var frozen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (string part in options.Freeze)
            frozen.UnionWith(ModelParts.Select(model, part).Select(p => p.Parameter));
        foreach (Parameter parameter in frozen)
            parameter.Freeze();
        if (frozen.Count > 0 && model.TrainedCount == 0)
            throw new ConfigurationException($"freezing {string.Join(", ", options.Freeze)} leaves nothing of {model.Name} to train.");
        foreach (BatchNormalization2D normalization in model.Modules().Select(m => m.Module).OfType<BatchNormalization2D>())
            normalization.UsesRunningStatistics = options.BatchNormalization == FineTuningOptions.Frozen || normalization.Parameters().All(p => frozen.Contains(p.Parameter));
    }

    /// <summary>Gives the parts of a network learning rates of their own. Of the parts that a parameter is in, the longest name counts.</summary>
    /// <exception cref="ConfigurationException">A part has no parameter.</exception>
    public static void ScaleLearningRates(Optimizer optimizer, SegmentationModel model, FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        foreach ((string part, double scale) in options.LearningRateScales.OrderBy(pair => pair.Key.Length))
        {
            foreach ((string name, _) in ModelParts.Select(model, part))
                optimizer.ScaleLearningRate(name, scale);
        }
    }
}
