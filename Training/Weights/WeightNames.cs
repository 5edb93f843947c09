using System.Globalization;
using System.Text.RegularExpressions;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// Under which names of ours a tensor of another program's file may be wanted. Files differ by prefixes, and for two networks by the names themselves:
/// torchvision numbers the layers of VGG16, which have Caffe's names here, and github.com/kazuto1011/deeplab-pytorch names those of ResNet-101 by what they do, which have torchvision's here.
/// </summary>
public static partial class WeightNames
{
    private const string Backbone = "backbone.";

    // What programs put before all names: PyTorch's DataParallel, and the wrapper for several scales.
    private static readonly string[] s_wrappers = ["module.", "base.", "scale."];

    // Of torchvision's vgg16: the number of each convolution in "features", and of each full layer in "classifier".
    private static readonly Dictionary<string, string> s_vgg = new(StringComparer.Ordinal)
    {
        ["features.0"] = "conv1_1",
        ["features.2"] = "conv1_2",
        ["features.5"] = "conv2_1",
        ["features.7"] = "conv2_2",
        ["features.10"] = "conv3_1",
        ["features.12"] = "conv3_2",
        ["features.14"] = "conv3_3",
        ["features.17"] = "conv4_1",
        ["features.19"] = "conv4_2",
        ["features.21"] = "conv4_3",
        ["features.24"] = "conv5_1",
        ["features.26"] = "conv5_2",
        ["features.28"] = "conv5_3",
        ["classifier.0"] = "fc6",
        ["classifier.3"] = "fc7",
        ["classifier.6"] = "fc8",
    };

    // Of DeepLab V2's blocks: what torchvision calls convolution and normalisation.
    private static readonly Dictionary<string, (string Convolution, string Normalization)> s_deepLabParts = new(StringComparer.Ordinal)
    {
        ["reduce"] = ("conv1", "bn1"),
        ["conv3x3"] = ("conv2", "bn2"),
        ["increase"] = ("conv3", "bn3"),
        ["shortcut"] = ("downsample.0", "downsample.1"),
        ["proj"] = ("downsample.0", "downsample.1"),
    };

    /// <summary>The names to look for, the likeliest first: the name itself, without a wrapper's prefix, with and without <c>backbone.</c>, and then the same in our words.</summary>
    /// <param name="name">A tensor's name in a file.</param>
    public static IEnumerable<string> Candidates(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string bare = Array.Find(s_wrappers, wrapper => name.StartsWith(wrapper, StringComparison.Ordinal)) is { } prefix ? name[prefix.Length..] : name;
        string inner = bare.StartsWith(Backbone, StringComparison.Ordinal) ? bare[Backbone.Length..] : bare;
        string[] names = [name, bare, Backbone + bare, inner];
        string? ours = FromVgg(inner) ?? FromDeepLab(inner);
        return ours is null ? names : [.. names, ours, Backbone + ours];
    }

    private static string? FromVgg(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot > 0 && s_vgg.TryGetValue(name[..dot], out string? layer) ? layer + name[dot..] : null;
    }

    private static string? FromDeepLab(string name)
    {
        if (DeepLabStem().Match(name) is { Success: true } stem)
            return $"{(stem.Groups["part"].Value == "conv" ? "conv1" : "bn1")}.{stem.Groups["tensor"].Value}";
        if (DeepLabBlock().Match(name) is not { Success: true } block || !s_deepLabParts.TryGetValue(block.Groups["what"].Value, out (string Convolution, string Normalization) part))
            return null;

        // Their layers count the stem, and their blocks from one.
        int layer = Number(block, "layer") - 1, index = Number(block, "block") - 1;
        return $"layer{layer}.{index}.{(block.Groups["part"].Value == "conv" ? part.Convolution : part.Normalization)}.{block.Groups["tensor"].Value}";
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^layer1\.conv1\.(?<part>conv|bn)\.(?<tensor>\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex DeepLabStem();

    [GeneratedRegex(@"^layer(?<layer>[2-5])\.block(?<block>\d{1,2})\.(?<what>\w+)\.(?<part>conv|bn)\.(?<tensor>\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex DeepLabBlock();
}
