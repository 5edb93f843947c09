using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>Batch normalisation with its scale, shift and running statistics. PyTorch: <c>BatchNorm2d</c>.</summary>
public sealed class BatchNormalization2D : Module
{
    private readonly Tensor _scale;
    private readonly Tensor _shift;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVariance;
    private readonly BatchNormalizationOptions _training;
    private readonly BatchNormalizationOptions _inference;

    /// <summary>Makes the parameters: scale 1, running mean 0, running variance 1.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="channels">C.</param>
    /// <param name="options">Epsilon and momentum, and whether a ReLU follows in the same kernel.</param>
    /// <param name="shift">How the shift starts.</param>
    public BatchNormalization2D(Device device, int channels, BatchNormalizationOptions options, float shift = 0)
        : base(device)
    {
        _training = options;
        _inference = options with { UseBatchStatistics = false };
        TensorShape shape = TensorShape.Vector(channels);
        _scale = AddParameter("weight", shape, ParameterRole.Normalization, Initializers.Constant(1), 0);
        _shift = AddParameter("bias", shape, ParameterRole.Normalization, Initializers.Constant(shift), 0);
        _runningMean = AddParameter("running_mean", shape, ParameterRole.RunningStatistic, Initializers.Constant(0), 0);
        _runningVariance = AddParameter("running_var", shape, ParameterRole.RunningStatistic, Initializers.Constant(1), 0);
    }

    /// <summary>True normalises by the running statistics in training too, and leaves them as they are. Scale and shift are trained all the same, unless they are frozen.</summary>
    public bool UsesRunningStatistics { get; set; }

    /// <summary>How far the running statistics move towards a batch's in training; null takes the momentum of the options. 1/k at the k-th batch makes them the mean over the batches.</summary>
    public float? Momentum { get; set; }

    private BatchNormalizationOptions TrainingOptions => UsesRunningStatistics ? _inference : Momentum is { } momentum ? _training with { Momentum = momentum } : _training;

    /// <summary>What it does in inference.</summary>
    internal FrozenNormalization Frozen => new(_scale, _shift, _runningMean, _runningVariance, _inference.Epsilon, _inference.Relu);

    /// <summary>Whether max(0, y) follows in the same pass.</summary>
    internal bool HasRelu => _training.Relu;

    /// <summary>The end of a residual block: this normalisation plus a tensor, at least 0 with the ReLU. This normalisation has none of its own.</summary>
    internal Tensor ForwardAndAdd(Step step, Tensor input, Tensor added, bool relu)
    {
        Tensor output = BatchNormalization.ApplyAndAdd(step, input, added, relu, _scale, _shift, _runningMean, _runningVariance, step.IsTraining ? TrainingOptions : _inference);
        TellForward(input.Shape, output.Shape);
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) =>
        BatchNormalization.Apply(step, input, _scale, _shift, _runningMean, _runningVariance, step.IsTraining ? TrainingOptions : _inference);
}
