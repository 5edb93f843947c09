using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Trainer;

/// <summary>From a configuration's settings of a network to the network's choices.</summary>
public static class ModelChoicesReader
{
    private static readonly Dictionary<string, Enlargement> s_enlargements = new(StringComparer.Ordinal)
    {
        ["corners"] = Enlargement.Corners,
        ["half_pixel"] = Enlargement.HalfPixel,
        ["nearest"] = Enlargement.Nearest,
    };

    /// <summary>Reads all settings. Whether the network has them is checked when it is made.</summary>
    /// <exception cref="ConfigurationException">A setting is unknown, or its value of another kind.</exception>
    public static ModelChoices Read(NamedOptions model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireKnown([.. ModelSettings.All.Select(setting => setting.Name)]);
        return new ModelChoices(Number("base_filters"), model.Options.ContainsKey("dropout") ? (float)model.GetDouble("dropout", 0) : null)
        {
            OutputStride = Number("output_stride"),
            AuxiliaryHeads = Switch("auxiliary_heads"),
            FrozenEncoder = Switch("frozen_encoder"),
            FrozenStatistics = Switch("frozen_statistics"),
            MultiScale = Switch("multi_scale"),
            PyramidLevels = Number("pyramid_levels"),
            Enlargement = Word("enlargement", s_enlargements),
            ConvolutionBias = Switch("convolution_bias"),
            GlorotStart = Switch("glorot_start"),
            KerasNormalization = Switch("keras_normalization"),
            ReluAfterStem = Switch("relu_after_stem"),
            SameStem = Switch("same_stem"),
            ImagePoolingWindow = Number("image_pooling_window"),
            DecoderConvolutions = Number("decoder_convolutions"),
            DropoutAtInference = Switch("dropout_at_inference"),
        };

        int? Number(string name) => model.Options.ContainsKey(name) ? model.GetInt32(name, 0) : null;

        bool? Switch(string name) => model.Options.ContainsKey(name) ? model.GetBoolean(name, false) : null;

        T? Word<T>(string name, Dictionary<string, T> words)
            where T : struct
        {
            if (!model.Options.ContainsKey(name))
                return null;
            string word = model.GetString(name, "");
            return words.TryGetValue(word, out T value) ? value : throw new ConfigurationException($"The setting '{name}' of '{model.Name}' must be one of {string.Join(", ", words.Keys)}, not '{word}'.");
        }
    }
}
