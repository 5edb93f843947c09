namespace SegFromScratch.Layers.Models;

/// <summary>All settings that networks may have, and the sets that families of networks share.</summary>
public static class ModelSettings
{
    internal static readonly ModelSetting BaseFilters = new("base_filters", "number of filters of the first level", "filters of the first level; the others are in proportion", choices => choices.BaseFilters);
    internal static readonly ModelSetting Dropout = new("dropout", "dropout", "the share of activations dropped", choices => choices.Dropout);
    internal static readonly ModelSetting OutputStride = new("output_stride", "output stride", "8 or 16: pixels of the image for each of the deepest features", choices => choices.OutputStride);
    internal static readonly ModelSetting AuxiliaryHeads = new("auxiliary_heads", "choice of auxiliary heads", "true or false: train with the network's extra outputs", choices => choices.AuxiliaryHeads);
    internal static readonly ModelSetting FrozenEncoder = new("frozen_encoder", "choice of a frozen encoder", "true or false: leave the encoder's weights as they are", choices => choices.FrozenEncoder);
    internal static readonly ModelSetting FrozenStatistics = new("frozen_statistics", "choice of frozen statistics", "true or false: normalise by running statistics in training too", choices => choices.FrozenStatistics);
    internal static readonly ModelSetting MultiScale = new("multi_scale", "choice of scales", "true or false: look at 3/4 and 1/2 of the image too and take the largest logits", choices => choices.MultiScale);
    internal static readonly ModelSetting PyramidLevels = new("pyramid_levels", "number of pyramid levels", "2 to 5: smaller maps below the features", choices => choices.PyramidLevels);
    internal static readonly ModelSetting Enlargement = new("enlargement", "way to enlarge", "corners (bilinear, corners upon corners), half_pixel (bilinear, as Keras) or nearest", choices => choices.Enlargement);
    internal static readonly ModelSetting ConvolutionBias = new("convolution_bias", "choice of biases", "true or false: a bias even where a normalisation follows", choices => choices.ConvolutionBias);
    internal static readonly ModelSetting GlorotStart = new("glorot_start", "random start", "true or false: start all kernels by Glorot's rule, Keras's default", choices => choices.GlorotStart);
    internal static readonly ModelSetting KerasNormalization = new("keras_normalization", "normalisation", "true or false: epsilon 1e-3 and momentum 0.99 everywhere", choices => choices.KerasNormalization);
    internal static readonly ModelSetting ReluAfterStem = new("relu_after_stem", "choice of the stem's ReLU", "true or false: a ReLU after the second convolution", choices => choices.ReluAfterStem);
    internal static readonly ModelSetting SameStem = new("same_stem", "padding of the stem", "true or false: pad the first convolution by TensorFlow's 'same' rule", choices => choices.SameStem);
    internal static readonly ModelSetting ImagePoolingWindow = new("image_pooling_window", "window of the image branch", "rows and columns of the pyramid's means; 0 takes the whole image", choices => choices.ImagePoolingWindow);
    internal static readonly ModelSetting DecoderConvolutions = new("decoder_convolutions", "number of decoder convolutions", "0 to 4: separable convolutions of the decoder", choices => choices.DecoderConvolutions);
    internal static readonly ModelSetting DropoutAtInference = new("dropout_at_inference", "dropout at inference", "true or false: drop activations in inference too", choices => choices.DropoutAtInference);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ModelSetting> All { get; } =
    [
        BaseFilters, Dropout, OutputStride, AuxiliaryHeads, FrozenEncoder, FrozenStatistics, MultiScale, PyramidLevels, Enlargement,
        ConvolutionBias, GlorotStart, KerasNormalization, ReluAfterStem, SameStem, ImagePoolingWindow, DecoderConvolutions, DropoutAtInference,
    ];

    /// <summary>Those of DeepLabV3+ on Xception.</summary>
    internal static ModelSetting[] Xception { get; } =
    [
        BaseFilters, Dropout, OutputStride, Enlargement, ConvolutionBias, GlorotStart, KerasNormalization, ReluAfterStem, SameStem, ImagePoolingWindow, DecoderConvolutions, DropoutAtInference,
    ];
}
