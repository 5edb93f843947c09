using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>Twice (3x3 convolution with zero padding, batch normalisation, ReLU): one level of the U-Net.</summary>
public sealed class DoubleConvolution : Module
{
    // Keras's defaults; its momentum 0.99 is 0.01 in PyTorch's sense.
    private static readonly BatchNormalizationOptions s_normalization = new() { Epsilon = 1e-3f, Momentum = 0.01f, Relu = true };

    private readonly Convolution2D _convolution1;
    private readonly BatchNormalization2D _normalization1;
    private readonly Convolution2D _convolution2;
    private readonly BatchNormalization2D _normalization2;

    /// <summary>Makes the parameters.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels of both convolutions.</param>
    /// <param name="seed">Fixes the random start.</param>
    public DoubleConvolution(Device device, int inputChannels, int outputChannels, ulong seed)
        : base(device)
    {
        ConvolutionOptions same = ConvolutionOptions.Symmetric(1);
        _convolution1 = Add("convolution1", new Convolution2D(device, inputChannels, outputChannels, 3, same, Initializers.HeNormal, SplitMix64.Seed(seed, "convolution1")));
        _normalization1 = Add("normalization1", new BatchNormalization2D(device, outputChannels, s_normalization));
        _convolution2 = Add("convolution2", new Convolution2D(device, outputChannels, outputChannels, 3, same, Initializers.HeNormal, SplitMix64.Seed(seed, "convolution2")));
        _normalization2 = Add("normalization2", new BatchNormalization2D(device, outputChannels, s_normalization));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) =>
        Chain(step, input, _convolution1, _normalization1, _convolution2, _normalization2);

    /// <summary>What <see cref="Module.Forward"/> gives for two tensors joined along channels, in inference: the joint tensor need not be made.</summary>
    internal Tensor ForwardJoined(Step step, Tensor first, Tensor second)
    {
        Tensor between = _convolution1.ForwardJoined(step, first, second, _normalization1);
        Tensor output = _convolution2.ForwardNormalized(step, between, _normalization2);
        Step.Release(between);
        TellForward(first.Shape with { Channels = first.Shape.Channels + second.Shape.Channels }, output.Shape);
        return output;
    }
}
