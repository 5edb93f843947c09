using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.MaxPooling;

namespace SegFromScratch.Layers.Modules;

/// <summary>An operation without parameters as a module, so that it can stand in a <see cref="Sequence"/>.</summary>
/// <param name="device">Where the network lies.</param>
/// <param name="apply">The operation; its output is counted for the caller.</param>
public sealed class Function(Device device, Func<Step, Tensor, Tensor> apply) : Module(device)
{
    /// <summary>max(0, x).</summary>
    public static Function Relu(Device device) => new(device, Activation.Relu);

    /// <summary>Drops a share of the elements in training.</summary>
    public static Function Dropout(Device device, float rate) => new(device, (step, input) => Kernels.Dropout.Dropout.Apply(step, input, rate));

    /// <summary>Drops a share of the channels, each as a whole, in training. PyTorch: <c>Dropout2d</c>.</summary>
    public static Function ChannelDropout(Device device, float rate) => new(device, (step, input) => Kernels.Dropout.Dropout.ApplyToChannels(step, input, rate));

    /// <summary>The largest number of each window.</summary>
    public static Function MaxPool(Device device, MaxPoolingOptions options) => new(device, (step, input) => MaxPooling.Apply(step, input, options));

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => apply(step, input);
}
