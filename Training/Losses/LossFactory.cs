using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Losses;

/// <summary>Losses by name, and sums of them.</summary>
public static class LossFactory
{
    /// <summary>The name that leaves the choice to the data.</summary>
    public const string Auto = "auto";

    private const string BinaryCrossEntropyDice = "bce-dice";

    // Where defects are few pixels, plain cross-entropy first teaches "nothing anywhere", and a Dice of all classes together hears the large ones only.
    private const string OverlappingStandard = "focal+dice:each-class";

    /// <summary>The names of losses, with one line about each and its settings.</summary>
    public static IReadOnlyDictionary<string, string> Summaries { get; } =
        LossCatalog.Losses.ToDictionary(pair => pair.Key, pair => $"{pair.Value.Summary} [{KindsOf(pair.Value)}]");

    /// <summary>How cross-entropy may weigh classes, other than by numbers.</summary>
    public static IReadOnlyList<string> ClassWeightNames { get; } = [ClassWeights.None, ClassWeights.MedianFrequencyName];

    /// <summary>Makes a loss.</summary>
    /// <param name="options">
    /// The name is a sum as <see cref="LossTerm.Grammar"/> says; auto takes cross-entropy for class maps and focal+dice:each-class for masks that may overlap; bce-dice is bce+dice.
    /// The setting <c>class_weights</c> weighs the classes of every cross-entropy in it.
    /// </param>
    /// <param name="dataSet">The training data.</param>
    /// <param name="device">Where training runs.</param>
    /// <exception cref="ConfigurationException">The loss is not typed as it should be, or has a setting that there is not.</exception>
    /// <exception cref="ArgumentException">The name is unknown or does not fit the data.</exception>
    public static ISegmentationLoss Create(NamedOptions options, IDataSet dataSet, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(dataSet);
        options.RequireKnown("class_weights");
        string spelled = Spelled(options.Name, dataSet);
        IReadOnlyList<LossTerm> terms = LossTerm.ParseSum(spelled);
        string classWeights = options.GetString("class_weights", ClassWeights.None);
        if (classWeights != ClassWeights.None && !terms.Any(term => term.Loss.Name == "cross-entropy"))
            throw new ArgumentException($"class weights are for cross-entropy, which is not in the loss '{options.Name}'", nameof(options));
        var context = new LossContext(dataSet, device, classWeights);
        List<(float Factor, ISegmentationLoss Loss)> losses = [.. terms.Select(term => ((float)term.Factor, Create(term.Loss, context)))];
        return losses is [(1, { } only)] ? only : new WeightedSumLoss(spelled, losses);
    }

    private static ISegmentationLoss Create(NamedOptions term, LossContext context)
    {
        if (!LossCatalog.Losses.TryGetValue(term.Name, out LossDefinition? definition))
            throw new ArgumentException($"loss '{term.Name}' is unknown{NearestName.Hint(term.Name, [Auto, BinaryCrossEntropyDice, .. LossCatalog.Losses.Keys])}", nameof(term));
        TargetKinds needed = context.DataSet.IsMultiLabel ? TargetKinds.Layers : TargetKinds.ClassMaps;
        if (!definition.Kinds.HasFlag(needed))
        {
            IEnumerable<string> fitting = LossCatalog.Losses.Where(pair => pair.Value.Kinds.HasFlag(needed)).Select(pair => pair.Key);
            throw new ArgumentException(
                $"loss {term.Name} does not fit {context.DataSet.Name}, whose masks are {(context.DataSet.IsMultiLabel ? "one a class" : "class maps")}: choose {string.Join(", ", fitting)}", nameof(term));
        }

        term.RequireKnown(definition.Settings);
        return definition.Create(term, context);
    }

    private static string Spelled(string name, IDataSet dataSet) => name switch
    {
        Auto when !dataSet.IsMultiLabel => "cross-entropy",
        Auto => OverlappingStandard,
        BinaryCrossEntropyDice => "bce+dice",
        _ => name,
    };

    private static string KindsOf(LossDefinition definition) => definition.Kinds switch
    {
        TargetKinds.ClassMaps => "class maps",
        TargetKinds.Layers => "masks that may overlap",
        _ => "both",
    };
}
