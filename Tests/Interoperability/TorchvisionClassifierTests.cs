using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Classifiers;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Tests.Weights;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Interoperability;

/// <summary>torchvision's files of the classifiers that start encoders, random weights and statistics in them, load whole, and the answers are torchvision's, computed in double.</summary>
public sealed class TorchvisionClassifierTests : IDisposable
{
    private const int Classes = 5, Height = 127, Width = 95;
    private const double Tolerance = 1e-4;

    private const string Script = """
        import importlib.util, os, sys
        if importlib.util.find_spec("torchvision") is None:
            sys.exit()
        import torch, torchvision
        folder, classes, height, width = sys.argv[1], *map(int, sys.argv[2:5])
        torch.manual_seed(6)
        torch.set_num_threads(2)
        image = torch.sin(torch.arange(3. * height * width) * 0.37).reshape(1, 3, height, width).double()
        for name, options in (("alexnet", {}), ("googlenet", {"aux_logits": True, "init_weights": False})):
            model = getattr(torchvision.models, name)(num_classes=classes, **options)
            for m in model.modules():
                if isinstance(m, torch.nn.BatchNorm2d):
                    m.running_mean.normal_(0, .1); m.running_var.uniform_(.5, 1.5); m.weight.data.uniform_(.5, 1.5); m.bias.data.normal_(0, .1)
            torch.save(model.state_dict(), os.path.join(folder, name + ".pth"))
            model = model.double().eval()
            taps = []
            if name == "googlenet":
                model.inception4a.register_forward_hook(lambda m, i, o: taps.append(model.aux1(o)))
                model.inception4d.register_forward_hook(lambda m, i, o: taps.append(model.aux2(o)))
            with torch.no_grad():
                logits = model(image)
            torch.cat([logits] + taps).numpy().astype("<f8").tofile(os.path.join(folder, name + ".answer"))
        print("done")
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(2);

    [OneTimeSetUp]
    public void AskTorchvision()
    {
        if (PyTorchPython.Run(Script, _folder.Path, $"{Classes}", $"{Height}", $"{Width}") != "done")
            Assert.Ignore("Python has no torchvision.");
    }

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [TestCase("alexnet", 1)]
    [TestCase("googlenet", 3)]
    public void A_classifier_answers_as_torchvision_s(string name, int heads)
    {
        Module classifier = ClassifierCatalog.Create(name, _device, Classes, 1);
        Load(classifier, _folder[$"{name}.pth"]);
        double[] expected = new double[heads * Classes];
        Buffer.BlockCopy(File.ReadAllBytes(_folder[$"{name}.answer"]), 0, expected, 0, expected.Length * sizeof(double));
        double largest = expected.Max(Math.Abs);
        Assert.That(Answers(classifier).Zip(expected, (ours, theirs) => Math.Abs(ours - theirs) / largest), Has.Exactly(expected.Length).LessThanOrEqualTo(Tolerance));
    }

    // Each tensor of the file has its parameter, by torchvision's name, and each parameter its tensor.
    private static void Load(Module classifier, string path)
    {
        using WeightSource source = WeightSource.Open(path);
        Dictionary<string, Parameter> parameters = classifier.Parameters().ToDictionary(p => p.FullName, p => p.Parameter);
        Assert.That(source.Entries.Select(entry => entry.Name).Where(entry => !entry.EndsWith("num_batches_tracked", StringComparison.Ordinal)), Is.EquivalentTo(parameters.Keys));
        foreach ((string entry, Parameter parameter) in parameters)
        {
            Assert.That(source.Entry(entry).Elements, Is.EqualTo(parameter.Value.Shape.Elements), entry);
            parameter.Value.Write(source.ReadSingle(entry));
        }
    }

    // GoogLeNet's logits are also computed without the auxiliary classifiers, as encoders of segmentation networks are run.
    private float[] Answers(Module classifier)
    {
        using var step = new Step(_device, training: false);
        float[] pixels = [.. Enumerable.Range(0, 3 * Height * Width).Select(i => MathF.Sin(i * 0.37f))];
        Tensor image = step.Input(new TensorShape(1, 3, Height, Width), pixels, "image");
        float[] logits = classifier.Forward(step, image).ToArray();
        return classifier is GoogLeNetClassifier googLeNet ? [.. logits, .. googLeNet.ForwardAll(step, image).Skip(1).SelectMany(head => head.ToArray())] : logits;
    }
}
