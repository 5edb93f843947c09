using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// The ResNet56v2 of Atienza's "Advanced Deep Learning with TensorFlow 2 and Keras", chapter 12: three stages of six bottleneck units in the order normalisation, ReLU, convolution
/// (He et al., "Identity mappings", ECCV 2016). Strides stand on the first 1x1 convolution, and a stage's output is a quarter of the image at the end.
/// </summary>
public sealed class ResNet56V2 : Module, IEncoder
{
    private const int Stages = 3;
    private const int Units = 6;
    private readonly Sequence _first;
    private readonly List<Unit> _units = [];
    private readonly BatchNormalization2D _last;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made: with biases.</param>
    /// <param name="width">Channels of the first convolution: 16.</param>
    public ResNet56V2(LayerStyle style, int width)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _first = Add("conv1", style.ConvolutionNormalization("conv1", 3, width, 3, ConvolutionOptions.Same()));
        int channels = width, middle = width;
        for (int stage = 0; stage < Stages; stage++)
        {
            int outputs = stage == 0 ? 4 * width : 2 * channels;
            for (int unit = 0; unit < Units; unit++)
            {
                string name = $"stage{stage + 1}.unit{unit + 1}";
                int stride = stage > 0 && unit == 0 ? 2 : 1;
                _units.Add(Add(name, new Unit(style.In(name), channels, middle, outputs, stride, unit == 0, normalizeFirst: stage + unit > 0)));
                channels = outputs;
            }

            middle = outputs;
        }

        _last = Add("normalization", style.Normalize(channels));
        Channels = channels;
    }

    /// <summary>Channels of the output.</summary>
    public int Channels { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Chain(step, input, [_first, .. _units, _last]);

    private sealed class Unit : Module
    {
        private readonly Module[] _residual;
        private readonly Convolution2D? _shortcut;

        public Unit(LayerStyle style, int inputs, int middle, int outputs, int stride, bool widens, bool normalizeFirst)
            : base(style.Device)
        {
            _residual =
            [
                .. normalizeFirst ? [Add("normalization1", style.Normalize(inputs))] : (Module[])[],
                Add("convolution1", style.Convolution("convolution1", inputs, middle, 1, ConvolutionOptions.Same(stride))),
                Add("normalization2", style.Normalize(middle)),
                Add("convolution2", style.Convolution("convolution2", middle, middle, 3, ConvolutionOptions.Same())),
                Add("normalization3", style.Normalize(middle)),
                Add("convolution3", style.Convolution("convolution3", middle, outputs, 1, ConvolutionOptions.Same())),
            ];
            if (widens)
                _shortcut = Add("shortcut", style.Convolution("shortcut", inputs, outputs, 1, ConvolutionOptions.Same(stride)));
        }

        protected override Tensor Compute(Step step, Tensor input)
        {
            Tensor residual = Chain(step, input, _residual);
            Tensor shortcut = _shortcut?.Forward(step, input) ?? input;
            Tensor sum = Addition.Apply(step, residual, shortcut);
            Step.Release(residual);
            if (_shortcut is not null)
                Step.Release(shortcut);
            return sum;
        }
    }
}
