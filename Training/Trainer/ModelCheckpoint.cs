using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Trainer;

/// <summary>Between a network on a device and a checkpoint on disk.</summary>
public static class ModelCheckpoint
{
    /// <summary>Writes weights, running statistics and what the optimiser remembers, as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">Its optimiser.</param>
    /// <param name="metadata">What the file says beside them.</param>
    /// <param name="averages">The averaged weights, where a run that goes on needs them.</param>
    public static void Save(string path, SegmentationModel model, Optimizer optimizer, CheckpointMetadata metadata, AveragedWeights? averages = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        IEnumerable<(string Name, Tensor Value, long[] Shape)> tensors = model.Parameters().Select(p => (p.FullName, p.Parameter.Value, ParameterShape.Of(p.Parameter)))
            .Concat(optimizer.State.Concat(averages?.State ?? []).Select(moment => (moment.Name, moment.Value, ParameterShape.Of(moment.Value))));
        Checkpoint.Save(path, tensors.Select(tensor => KeyValuePair.Create(tensor.Name, WeightTensor.OfSingles(tensor.Value.ToArray(), tensor.Shape))), metadata);
    }

    /// <summary>Reads weights and running statistics.</summary>
    /// <exception cref="WeightFileException">The checkpoint is of another network; the message says which names and shapes differ.</exception>
    public static void LoadWeights(Checkpoint checkpoint, SegmentationModel model)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(model);
        checkpoint.RequireFit(model.Name, model.Parameters().ToDictionary(p => p.FullName, p => (IReadOnlyList<long>)ParameterShape.Of(p.Parameter)));
        foreach ((string name, Parameter parameter) in model.Parameters())
            parameter.Value.Write(checkpoint.File.ReadSingle(name));
    }

    /// <summary>Reads what the optimiser remembers.</summary>
    /// <exception cref="WeightFileException">The checkpoint holds none, or that of another optimiser.</exception>
    public static void LoadOptimizer(Checkpoint checkpoint, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        LoadState(checkpoint, optimizer.State);
    }

    /// <summary>Reads averaged weights.</summary>
    /// <exception cref="WeightFileException">The checkpoint holds none, or those of another network.</exception>
    public static void LoadAverages(Checkpoint checkpoint, AveragedWeights averages)
    {
        ArgumentNullException.ThrowIfNull(averages);
        LoadState(checkpoint, averages.State);
    }

    private static void LoadState(Checkpoint checkpoint, IEnumerable<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        foreach ((string name, Tensor value) in state)
        {
            if (checkpoint.File.Entry(name).Shape.Aggregate(1L, (product, size) => product * size) != value.Shape.Elements)
                throw new WeightFileException($"'{checkpoint.File.Path}': tensor '{name}' has another size than {value.Shape}: the checkpoint is of another network");
            value.Write(checkpoint.File.ReadSingle(name));
        }
    }
}
