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
    public static void Save(string path, SegmentationModel model, Optimizer optimizer, CheckpointMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        IEnumerable<(string Name, Tensor Value)> tensors = model.Parameters().Select(p => (p.FullName, p.Parameter.Value)).Concat(optimizer.State);
        Checkpoint.Save(path, tensors.Select(pair => KeyValuePair.Create(pair.Name, WeightTensor.OfSingles(pair.Value.ToArray(), FileShape(pair.Value)))), metadata);
    }

    /// <summary>Reads weights and running statistics.</summary>
    /// <exception cref="WeightFileException">The checkpoint is of another network; the message says which names and shapes differ.</exception>
    public static void LoadWeights(Checkpoint checkpoint, SegmentationModel model)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(model);
        checkpoint.RequireFit(model.Name, model.Parameters().ToDictionary(p => p.FullName, p => (IReadOnlyList<long>)FileShape(p.Parameter.Value)));
        foreach ((string name, Parameter parameter) in model.Parameters())
            parameter.Value.Write(checkpoint.File.ReadSingle(name));
    }

    /// <summary>Reads what the optimiser remembers.</summary>
    /// <exception cref="WeightFileException">The checkpoint holds none, or that of another optimiser.</exception>
    public static void LoadOptimizer(Checkpoint checkpoint, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(optimizer);
        foreach ((string name, Tensor value) in optimizer.State)
        {
            if (checkpoint.File.Entry(name).Shape.Aggregate(1L, (product, size) => product * size) != value.Shape.Elements)
                throw new WeightFileException($"'{checkpoint.File.Path}': tensor '{name}' has another size than {value.Shape}: the checkpoint is of another network");
            value.Write(checkpoint.File.ReadSingle(name));
        }
    }

    // Weights have four dimensions; vectors a channel have one, as in PyTorch's files.
    private static long[] FileShape(Tensor tensor)
    {
        TensorShape shape = tensor.Shape;
        return shape is { Batch: 1, Height: 1, Width: 1 } ? [shape.Channels] : [shape.Batch, shape.Channels, shape.Height, shape.Width];
    }
}
