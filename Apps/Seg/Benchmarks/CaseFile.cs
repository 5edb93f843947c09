using System.Text.Json;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>
/// Reads a case file: a JSON object with one list a kind of work, such as <c>"maxpool": [{"name": "pool", "n": 4, "c": 64, "h": 128, "w": 800, "kernel": 2, "stride": 2}]</c>.
/// </summary>
internal static class CaseFile
{
    private const string Comment = "about";

    private static readonly Dictionary<string, Func<CaseFields, IBenchmark>> s_kinds = new()
    {
        ["convolution"] = fields => Convolution(fields, fields.Size("k"), 1),
        ["depthwise"] = fields => Convolution(fields, fields.Size("c"), fields.Size("c")),
        ["transposed"] = Transposed,
        ["maxpool"] = fields => OperationBenchmarks.MaxPooling(fields.Name, Input(fields), MaxPoolingOptions.Square(fields.Size("kernel"), fields.Size("stride"))),
        ["bilinear"] = fields => OperationBenchmarks.Bilinear(fields.Name, Input(fields), fields.Size("scale")),
        ["batchnorm_relu"] = fields => OperationBenchmarks.BatchNormalizationRelu(fields.Name, Input(fields)),
        ["softmax_cross_entropy"] = fields => OperationBenchmarks.SoftmaxCrossEntropy(fields.Name, Input(fields)),
        ["models"] = Model,
    };

    /// <summary>Reads the cases, in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or holds something else; the message names the case and the field.</exception>
    public static IReadOnlyList<IBenchmark> Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {e.Message}", e);
        }

        return Parse(text, path);
    }

    /// <summary>Reads the cases from a text.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="source">The text's name, for messages.</param>
    /// <exception cref="ConfigurationException">The text is something else.</exception>
    public static IReadOnlyList<IBenchmark> Parse(string text, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ConfigurationException($"{source}: a case file is a JSON object with one list a kind of work.");
            return [.. document.RootElement.EnumerateObject().Where(section => section.Name != Comment).SelectMany(section => Section(section, source))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is what JSON throws at a text that ends within a character.
            throw new ConfigurationException($"{source}: {e.Message}", e);
        }
    }

    private static IEnumerable<IBenchmark> Section(JsonProperty section, string source)
    {
        if (!s_kinds.TryGetValue(section.Name, out Func<CaseFields, IBenchmark>? create))
            throw new ConfigurationException($"{source}: '{section.Name}' is no kind of work: known are {string.Join(", ", s_kinds.Keys)}.");
        if (section.Value.ValueKind != JsonValueKind.Array)
            throw new ConfigurationException($"{source}: '{section.Name}' must be a list of cases.");
        foreach (JsonElement element in section.Value.EnumerateArray())
        {
            var fields = new CaseFields(element, $"{source}: {section.Name}");
            IBenchmark benchmark;
            try
            {
                benchmark = create(fields);
            }
            catch (ArgumentException e)
            {
                throw new ConfigurationException($"{source}: {section.Name} '{fields.Name}': {e.Message}", e);
            }

            yield return benchmark;
        }
    }

    private static ConvolutionBenchmark Convolution(CaseFields fields, int outputChannels, int groups)
    {
        int kernel = fields.Size("kernel");
        TensorShape input = Input(fields);
        var weight = new TensorShape(outputChannels, input.Channels / groups, kernel, kernel);
        ConvolutionOptions options = ConvolutionOptions.Symmetric(fields.Number("padding"), fields.Size("stride"), fields.Size("dilation"), groups);
        _ = ConvolutionShape.Create(input, weight, options);
        return new ConvolutionBenchmark(fields.Name, input, weight, options);
    }

    private static IBenchmark Transposed(CaseFields fields)
    {
        int kernel = fields.Size("kernel");
        TensorShape input = Input(fields);
        var weight = new TensorShape(input.Channels, fields.Size("k"), kernel, kernel);
        TransposedConvolutionOptions options = TransposedConvolutionOptions.Symmetric(fields.Size("stride"), fields.Number("padding"), fields.Number("output_padding"));
        _ = TransposedConvolutionShape.Create(input, weight, options);
        return OperationBenchmarks.TransposedConvolution(fields.Name, input, weight, options);
    }

    private static ModelBenchmark Model(CaseFields fields)
    {
        string name = fields.Text("model");
        if (fields.TextOrNull("backbone") is { } backbone)
            name = $"{name}_{(backbone == "xception65" ? "xception" : backbone)}";
        if (!ModelCatalog.Models.ContainsKey(name))
            throw new ArgumentException($"there is no model '{name}': known are {string.Join(", ", ModelCatalog.Models.Keys)}");
        if (fields.Text("loss") is var loss && loss != "bce_dice")
            throw new ArgumentException($"there is no loss '{loss}': known is bce_dice");
        if (fields.Text("optimizer") is var optimizer && !OptimizerFactory.Names.Contains(optimizer))
            throw new ArgumentException($"there is no optimizer '{optimizer}': known are {string.Join(", ", OptimizerFactory.Names)}");
        var choices = new ModelChoices(fields.SizeOrNull("base")) { OutputStride = fields.SizeOrNull("output_stride") };
        var input = new TensorShape(fields.Size("n"), 3, fields.Size("h"), fields.Size("w"));
        return new ModelBenchmark(fields.Name, name, choices, fields.Size("classes"), input, optimizer);
    }

    private static TensorShape Input(CaseFields fields) => new(fields.Size("n"), fields.Size("c"), fields.Size("h"), fields.Size("w"));
}
