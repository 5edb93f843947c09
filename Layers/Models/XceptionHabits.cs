using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>In what the implementations of DeepLabV3+ on Xception differ. The defaults are those of TensorFlow's model garden.</summary>
public sealed record XceptionHabits
{
    /// <summary>TensorFlow's model garden.</summary>
    public static XceptionHabits ModelGarden { get; } = new();

    /// <summary>
    /// The Severstal study. Its dropout stays on in inference, which makes its predictions random; that is <see cref="DropoutAtInference"/>, and off here.
    /// It takes the sigmoid before the last enlargement, which is the same as after it, because that enlargement takes nearest pixels.
    /// </summary>
    public static XceptionHabits Severstal { get; } = new()
    {
        ConvolutionBias = true,
        GlorotStart = true,
        KerasNormalization = true,
        ReluAfterStem = false,
        SameStem = true,
        ImagePoolingWindow = 8,
        Enlargement = Enlargement.Nearest,
        DecoderConvolutions = 1,
    };

    /// <summary>True gives convolutions a bias even where a normalisation follows.</summary>
    public bool ConvolutionBias { get; init; }

    /// <summary>True starts all kernels by Glorot's rule, Keras's default; false by the authors' truncated normal numbers.</summary>
    public bool GlorotStart { get; init; }

    /// <summary>True normalises everywhere with Keras's epsilon 1e-3 and momentum 0.99; false as the authors do: 1e-5 after the encoder, and decay 0.9997.</summary>
    public bool KerasNormalization { get; init; }

    /// <summary>False leaves the ReLU after the second convolution out.</summary>
    public bool ReluAfterStem { get; init; } = true;

    /// <summary>True pads the first convolution by TensorFlow's 'same' rule, which lies one pixel later than the symmetric padding on images of even size.</summary>
    public bool SameStem { get; init; }

    /// <summary>Rows and columns of the windows whose means the pyramid's image branch takes; 0 takes the mean of the whole image.</summary>
    public int ImagePoolingWindow { get; init; }

    /// <summary>How features and logits are enlarged.</summary>
    public Enlargement Enlargement { get; init; } = Enlargement.Corners;

    /// <summary>Separable convolutions of the decoder.</summary>
    public int DecoderConvolutions { get; init; } = 2;

    /// <summary>True drops activations in inference too.</summary>
    public bool DropoutAtInference { get; init; }

    /// <summary>How the layers of encoder, decoder and head are made.</summary>
    internal (LayerStyle Encoder, LayerStyle Decoder, LayerStyle Head) Styles(Device device, ulong seed)
    {
        // TensorFlow's decay 0.9997 and Keras's momentum 0.99 are 0.0003 and 0.01 in PyTorch's sense.
        var normalization = new BatchNormalizationOptions { Epsilon = 1e-3f, Momentum = KerasNormalization ? 0.01f : 3e-4f };
        var encoder = new LayerStyle(device, seed, Start(0.09), normalization) { BiasBeforeNormalization = ConvolutionBias };
        LayerStyle decoder = encoder with
        {
            Weights = Start(0.06),
            DepthwiseWeights = Start(0.33),
            Normalization = KerasNormalization ? normalization : normalization with { Epsilon = 1e-5f },
        };
        return (encoder, decoder, encoder with { Weights = Start(0.01) });
    }

    private Initializer Start(double deviation) => GlorotStart ? Initializers.GlorotUniform : Initializers.TruncatedNormal(deviation);
}
