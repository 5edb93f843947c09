using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>
/// The operations of a network's forward pass in training and what each reads, as the tape knows them: a training step on a device that plans, which computes nothing.
/// </summary>
internal sealed class DataFlow
{
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<Tensor, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Module, int> _ends = new(ReferenceEqualityComparer.Instance);

    /// <summary>One operation.</summary>
    /// <param name="Output">The shape of what it computes.</param>
    public sealed record Operation(TensorShape Output)
    {
        /// <summary>The numbers of the operations whose outputs it reads.</summary>
        public HashSet<int> Inputs { get; } = [];

        /// <summary>The parameters that it reads.</summary>
        public HashSet<Tensor> Parameters { get; } = new(ReferenceEqualityComparer.Instance);
    }

    /// <summary>The operations in the order in which they run; number 0 is the image.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>The numbers of the operations that give the logits, the main head's first.</summary>
    public IReadOnlyList<int> Heads { get; private set; } = [];

    /// <summary>The number of operations that had run when a module's forward pass was done; null where the network calls its parts one by one.</summary>
    public int? EndOf(Module module) => _ends.TryGetValue(module, out int end) ? end : null;

    /// <summary>Follows the data through a network.</summary>
    /// <param name="model">A network on a <see cref="PlanningDevice"/>.</param>
    /// <param name="input">The shape of the images.</param>
    /// <exception cref="ArgumentException">The network takes no such images.</exception>
    public static DataFlow Of(SegmentationModel model, TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(model);
        var flow = new DataFlow();
        using var step = new Step(model.Device, training: true) { Watch = flow.Note, WatchInputs = flow.Link };
        foreach ((_, Module module) in model.Modules())
            module.AfterForward = (done, _, _) => flow._ends[done] = flow._operations.Count;

        // An image with a gradient: else what reads it would not say so.
        Tensor image = step.Create(new TensorLayout(input, 1), "image", requiresGradient: true);
        flow.Note(image, isGradient: false);
        IReadOnlyList<WeightedLogits> heads = model.ForwardAll(step, image);
        flow.Heads = [.. heads.Select(head => flow._numbers[head.Logits])];
        int count = flow._operations.Count;
        step.Backward(Loss(step, heads));
        flow._operations.RemoveRange(count, flow._operations.Count - count);
        return flow;
    }

    private static Tensor Loss(Step step, IReadOnlyList<WeightedLogits> heads)
    {
        Tensor? sum = null;
        foreach (WeightedLogits head in heads)
        {
            TensorShape shape = head.Logits.Shape;
            Tensor loss = CrossEntropy.Apply(step, head.Logits, step.CreateArray<int>(shape.Batch * shape.Height * shape.Width, "class map"), new CrossEntropyOptions());
            sum = sum is null ? loss : Addition.Apply(step, sum, loss);
        }

        return sum!;
    }

    private void Note(Tensor output, bool isGradient)
    {
        if (isGradient || !_numbers.TryAdd(output, _operations.Count))
            return;
        _operations.Add(new Operation(output.Shape));
    }

    private void Link(Tensor output, Tensor input)
    {
        Operation reader = _operations[_numbers[output]];
        if (input.IsPersistent)
            reader.Parameters.Add(input);
        else
            reader.Inputs.Add(_numbers[input]);
    }
}
