using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>One module of a network.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Level">1 for a part of the network, 2 for a part of that, and so on.</param>
/// <param name="Output">The shape of its output; null if it has more than one, or the network calls its parts one by one.</param>
/// <param name="Parameters">Trained parameters with those of the modules inside.</param>
/// <param name="MultiplyAdds">Of one forward pass, with those of the modules inside.</param>
internal sealed record ModelPlanRow(string Name, int Level, TensorShape? Output, long Parameters, long MultiplyAdds);

/// <summary>A training step of a network on a device that counts and computes nothing.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">The images.</param>
/// <param name="Logits">The logits of the main head.</param>
/// <param name="Rows">The modules in order of construction.</param>
/// <param name="MultiplyAdds">Of one forward pass with all heads.</param>
/// <param name="PeakBytes">The most memory in use at once.</param>
/// <param name="WeightBytes">Weights and running statistics.</param>
internal sealed record ModelPlan(SegmentationModel Model, TensorShape Input, TensorShape Logits, IReadOnlyList<ModelPlanRow> Rows, long MultiplyAdds, long PeakBytes, long WeightBytes)
{
    /// <summary>Plans a training step with cross-entropy.</summary>
    /// <exception cref="ArgumentException">The network cannot be made, or takes no such images.</exception>
    public static ModelPlan Make(string name, ModelChoices choices, int classes, int width, int height, int batch)
    {
        using var cpu = new CpuDevice(1);
        var device = new PlanningDevice(cpu);
        SegmentationModel model = ModelCatalog.Create(name, device, classes, choices, 1);
        var input = new TensorShape(batch, 3, Fit(model, height), Fit(model, width));
        var outputs = new Dictionary<Module, TensorShape>();
        var multiplyAdds = new Dictionary<Module, long>();
        (string Name, Module Module)[] modules = [.. model.Modules()];
        foreach ((_, Module module) in modules)
        {
            module.AfterForward = (done, from, to) =>
            {
                outputs[done] = to;
                multiplyAdds[done] = multiplyAdds.GetValueOrDefault(done) + done.MultiplyAdds(from, to);
            };
        }

        TensorShape logits = Train(device, model, input);
        ModelPlanRow[] rows = [.. modules.Where(module => module.Name.Length > 0).Select(module => new ModelPlanRow(
            module.Name,
            module.Name.Count(letter => letter == '.') + 1,
            outputs.TryGetValue(module.Module, out TensorShape shape) ? shape : null,
            module.Module.TrainedCount,
            Sum(module.Module, multiplyAdds)))];
        return new ModelPlan(model, input, logits, rows, Sum(model, multiplyAdds), device.Pool.PeakBytesInUse, device.Pool.Peak(MemoryClass.Weights));
    }

    // A network with a margin gives fewer pixels than it takes: the size is that of what it takes.
    private static int Fit(SegmentationModel model, int size) => model.InputSizeFor(Math.Max(1, size - (2 * model.Margin)));

    private static TensorShape Train(Device device, SegmentationModel model, TensorShape shape)
    {
        using var step = new Step(device, training: true);
        Tensor images = step.Create(new TensorLayout(shape, 1), "images");
        IReadOnlyList<WeightedLogits> heads = model.ForwardAll(step, images);
        Step.Release(images);
        TensorShape logits = heads[0].Logits.Shape;
        DeviceArray<int> classMap = step.CreateArray<int>(logits.Batch * logits.Height * logits.Width, "class map");
        Tensor? total = null;
        foreach (WeightedLogits head in heads)
        {
            Tensor loss = CrossEntropy.Apply(step, head.Logits, classMap, new CrossEntropyOptions());
            Step.Release(head.Logits);
            total = total is null ? loss : Addition.Apply(step, total, loss);
        }

        step.Backward(total!);
        return logits;
    }

    private static long Sum(Module module, Dictionary<Module, long> multiplyAdds) =>
        multiplyAdds.GetValueOrDefault(module) + module.Modules().Sum(inner => multiplyAdds.GetValueOrDefault(inner.Module));
}
