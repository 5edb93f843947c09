using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Losses;

/// <summary>Losses by name.</summary>
public static class LossFactory
{
    /// <summary>The names; auto takes cross-entropy for class maps and bce-dice for masks that may overlap.</summary>
    public static IReadOnlyList<string> Names { get; } = ["auto", "cross-entropy", "bce-dice"];

    /// <summary>How cross-entropy may weigh classes.</summary>
    public static IReadOnlyList<string> ClassWeightNames { get; } = ["none", "median-frequency"];

    /// <summary>Makes a loss.</summary>
    /// <exception cref="ArgumentException">The name is unknown or does not fit the data.</exception>
    public static ISegmentationLoss Create(NamedOptions options, IDataSet dataSet, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(dataSet);
        options.RequireKnown("class_weights");
        string name = options.Name == "auto" ? (dataSet.IsMultiLabel ? "bce-dice" : "cross-entropy") : options.Name;
        if (!Names.Contains(name))
            throw new ArgumentException($"loss '{name}' is unknown: choose {string.Join(", ", Names)}", nameof(options));
        if (name == "bce-dice" != dataSet.IsMultiLabel)
            throw new ArgumentException($"loss {name} does not fit {dataSet.Name}, whose masks are {(dataSet.IsMultiLabel ? "one a class: choose bce-dice" : "class maps: choose cross-entropy")}", nameof(options));
        return name == "bce-dice" ? new BinaryCrossEntropyDiceLoss() : new CrossEntropyLoss(dataSet.IgnoreIndex ?? -1, Weights(options, dataSet, device));
    }

    private static Tensor? Weights(NamedOptions options, IDataSet dataSet, Device device)
    {
        string kind = options.GetString("class_weights", "none");
        if (!ClassWeightNames.Contains(kind))
            throw new ArgumentException($"class weights '{kind}' are unknown: choose {string.Join(", ", ClassWeightNames)}", nameof(options));
        return kind == "none"
            ? null
            : Tensor.Persistent(device, TensorShape.Vector(dataSet.ClassNames.Count), ClassWeights.MedianFrequency(dataSet), memoryClass: MemoryClass.Weights, name: "class weights");
    }
}
