using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Tests.Predicting;

/// <summary>One convolution that keeps the size. With a kernel of 1 every pixel stands alone, so mirrors, turns and tiles change nothing; with a kernel of 3 and random weights they do.</summary>
internal sealed class SmallNetwork : SegmentationModel
{
    private readonly Convolution2D _layer;

    public SmallNetwork(Device device, int classes, int kernel)
        : base(device, classes) =>
        _layer = Add("layer", new Convolution2D(device, 3, classes, kernel, ConvolutionOptions.Symmetric(kernel / 2), Initializers.NormalOf(1), 5, biasInitializer: Initializers.NormalOf(1)));

    public override string Name => "small";

    public override int InputSizeFor(int outputSize) => outputSize;

    protected override Tensor Compute(Step step, Tensor input) => _layer.Forward(step, input);
}
