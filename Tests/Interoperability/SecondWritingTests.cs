using System.Runtime.InteropServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Tests.Weights;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Interoperability;

/// <summary>
/// Networks of which no other program's files are at hand, against networks.py, which writes each of them a second time with PyTorch's operations and computes in double.
/// Narrow networks with random weights, statistics included; images of odd or uneven size wherever a network takes them, so that paddings and alignments show.
/// </summary>
public sealed class SecondWritingTests : IDisposable
{
    private static readonly Network[] s_networks =
    [
        new("unet_resnet34", 8, 64, 96),
        new("unet_plus_plus_resnet34", 8, 64, 96),
        new("unet_plus_plus_transposed", 4, 32, 48),
        new("pspnet_small_resnet34", 8, 56, 72),
        new("deeplabv3plus_separable_resnet34", 8, 64, 80),
        new("deeplabv2_resnet101", 4, 65, 90),
        new("deeplab_4x4", 4, 61, 83),
        new("deeplab_aspp_small", 4, 61, 83),
        new("deeplabv3plus_mobilenetv2_keras", 8, 62, 81),
        new("segnet_basic", 8, 45, 70, Contrast: 100),
        new("fcn_tensorflow", 4, 64, 96),
        new("fcn32s_alexnet", 4, 61, 83),
        new("fcn32s_googlenet", 8, 61, 83),
        new("deeplabv3plus_xception", 4, 65, 82),
        new("deeplabv3plus_xception41", 4, 65, 82),
        new("deeplabv3plus_xception71", 4, 65, 82),
        new("deeplabv3plus_severstal", 4, 128, 144),
    ];

    private const int Classes = 3;
    private const double Tolerance = 1e-4;
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(2);
    private readonly Dictionary<string, float[]> _logits = [];

    [OneTimeSetUp]
    public void ComputeBoth()
    {
        foreach (Network network in s_networks)
            _logits[network.Name] = Compute(network);
        string script = _folder.File("networks.py");
        File.WriteAllText(script, Resource("Interoperability/networks.py"));
        PyTorchPython.Run("import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')", script, _folder.Path);
    }

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [TestCaseSource(nameof(Names))]
    public void A_network_agrees_with_its_second_writing(string name)
    {
        ReadOnlySpan<double> expected = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(_folder.File($"{name}.answer")));
        float[] actual = _logits[name];
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        double largest = 0, error = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            double difference = Math.Abs(actual[i] - expected[i]);
            error = difference <= error ? error : difference;
        }

        Assert.That(error / largest, Is.LessThanOrEqualTo(Tolerance));
        Assert.That(largest, Is.Positive);
    }

    private static IEnumerable<string> Names() => s_networks.Select(network => network.Name);

    private float[] Compute(Network network)
    {
        SegmentationModel model = ModelCatalog.Create(network.Name, _device, Classes, new ModelChoices(network.Width), 1);
        var random = new SplitMix64(SplitMix64.Seed(3, network.Name));
        var shape = new TensorShape(2, 3, network.Height, network.ImageWidth);
        float[] image = [.. Enumerable.Range(0, checked((int)shape.Elements)).Select(_ => (float)(network.Contrast * random.Normal()))];
        var tensors = new List<KeyValuePair<string, WeightTensor>> { new("input", WeightTensor.OfSingles(image, 2, 3, network.Height, network.ImageWidth)) };
        foreach ((string name, Parameter parameter) in model.Parameters())
        {
            float[] values = RandomParameters.Draw(name, parameter, ref random);
            parameter.Value.Write(values);
            tensors.Add(new(name, RandomParameters.Tensor(parameter, values)));
        }

        SafeTensorsWriter.Write(_folder.File($"{network.Name}.safetensors"), tensors, new Dictionary<string, string> { ["network"] = network.Name });
        using var step = new Step(_device, training: false);
        return model.Forward(step, step.Input(shape, image, "image")).ToArray();
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(SecondWritingTests).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // The image's contrast matters where a network normalises it: SegNet-Basic takes pixels of 0 to 255.
    private sealed record Network(string Name, int Width, int Height, int ImageWidth, double Contrast = 1);
}
