using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Losses;

/// <summary>A loss that can be chosen by name.</summary>
/// <param name="Summary">What it is and which settings it has, in one line.</param>
/// <param name="Kinds">Which truths it can compare with.</param>
/// <param name="Settings">The names of its settings.</param>
/// <param name="Create">Makes it.</param>
internal sealed record LossDefinition(string Summary, TargetKinds Kinds, string[] Settings, Func<NamedOptions, LossContext, ISegmentationLoss> Create);

/// <summary>Kinds of truth.</summary>
[Flags]
internal enum TargetKinds
{
    /// <summary>One class a pixel; probabilities are the softmax of logits.</summary>
    ClassMaps = 1,

    /// <summary>One plane a class, which may overlap; probabilities are the sigmoid of logits.</summary>
    Layers = 2,

    /// <summary>Either.</summary>
    Both = ClassMaps | Layers,
}

/// <summary>What losses are made for.</summary>
/// <param name="DataSet">The training data.</param>
/// <param name="Device">Where training runs.</param>
/// <param name="ClassWeights">How classes are weighed where a loss does not say it itself.</param>
internal sealed record LossContext(IDataSet DataSet, Device Device, string ClassWeights)
{
    /// <summary>The class that does not count, or one that no pixel has.</summary>
    public int IgnoreIndex => DataSet.IgnoreIndex ?? -1;
}
