using SegFromScratch.Engine.Devices;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Classifiers;

/// <summary>
/// The classifiers whose files start encoders, by torchvision's names. They exist to be compared with torchvision's answers: what loads here and agrees loads into the encoders alike.
/// </summary>
public static class ClassifierCatalog
{
    private static readonly Dictionary<string, Func<Device, int, ulong, Module>> s_classifiers = new()
    {
        ["vgg16"] = (device, classes, seed) => new Vgg16Classifier(device, classes, seed: seed),
        ["alexnet"] = (device, classes, seed) => new AlexNetClassifier(device, classes, seed: seed),
        ["googlenet"] = (device, classes, seed) => new GoogLeNetClassifier(device, classes, seed: seed),
        ["resnet18"] = ResNet(18),
        ["resnet34"] = ResNet(34),
        ["resnet50"] = ResNet(50),
        ["resnet101"] = ResNet(101),
        ["resnet152"] = ResNet(152),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => s_classifiers.Keys;

    /// <summary>Makes a classifier with random weights: an image gives N,classes,1,1.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits an image, at least 1.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <exception cref="ArgumentException">The name is unknown, or there are no classes.</exception>
    public static Module Create(string name, Device device, int classes, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!s_classifiers.TryGetValue(name, out Func<Device, int, ulong, Module>? create))
            throw new ArgumentException($"classifier '{name}' is unknown: choose {string.Join(", ", s_classifiers.Keys)}", nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        return create(device, classes, seed);
    }

    private static Func<Device, int, ulong, Module> ResNet(int depth) => (device, classes, seed) => new ResNetClassifier(device, classes, depth, seed: seed);
}
