using System.Globalization;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Models;
using SegFromScratch.Tests.Weights;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Interoperability;

/// <summary>
/// Whole files both ways: a .pth and a safetensors file that PyTorch writes load here and give its logits; a checkpoint written here loads into PyTorch's module with strict=True and gives ours.
/// </summary>
public sealed class PyTorchExchangeTests : IDisposable
{
    private const int Classes = 3;

    // The image is a formula, so that it need not be exchanged.
    private const string Common = """
        import json, os, sys, numpy, torch
        from torch import nn
        torch.manual_seed(4)
        torch.set_num_threads(2)
        path = lambda name: os.path.join(sys.argv[1], name)

        class Pair(nn.Module):
            def __init__(self, inputs, outputs):
                super().__init__()
                self.double_conv = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
            def forward(self, x):
                return self.double_conv(x)

        class Down(nn.Module):
            def __init__(self, inputs):
                super().__init__()
                self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), Pair(inputs, 2 * inputs))
            def forward(self, x):
                return self.maxpool_conv(x)

        class Up(nn.Module):
            def __init__(self, inputs):
                super().__init__()
                self.up, self.conv = nn.ConvTranspose2d(inputs, inputs // 2, 2, 2), Pair(inputs, inputs // 2)
            def forward(self, x, skip):
                return self.conv(torch.cat([skip, self.up(x)], 1))

        class Head(nn.Module):
            def __init__(self, inputs, classes):
                super().__init__()
                self.conv = nn.Conv2d(inputs, classes, 1)
            def forward(self, x):
                return self.conv(x)

        class UNet(nn.Module):
            def __init__(self, filters, classes):
                super().__init__()
                self.inc = Pair(3, filters)
                for i in range(4):
                    setattr(self, f"down{i + 1}", Down(filters << i))
                for i in range(4):
                    setattr(self, f"up{i + 1}", Up(filters << (4 - i)))
                self.outc = Head(filters, classes)
            def forward(self, x):
                skips = [self.inc(x)]
                for i in range(4):
                    skips.append(getattr(self, f"down{i + 1}")(skips[-1]))
                y = skips.pop()
                for i in range(4):
                    y = getattr(self, f"up{i + 1}")(y, skips.pop())
                return self.outc(y)

        def create(name):
            if name == "unet_milesial":
                return UNet(4, 3)
            import torchvision
            return torchvision.models.segmentation.fcn_resnet50(weights=None, weights_backbone=None, num_classes=3, aux_loss=True)

        def image(height, width):
            return torch.sin(torch.arange(3. * height * width) * 0.37).reshape(1, 3, height, width)

        def logits(model, height, width):
            with torch.no_grad():
                y = model.double().eval()(image(height, width).double())
            return y["out"] if isinstance(y, dict) else y

        def write(tensors, file):
            header, data = {}, b""
            for name, tensor in tensors.items():
                raw = tensor.contiguous().numpy().tobytes()
                header[name] = {"dtype": {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
                data += raw
            text = json.dumps(header).encode()
            text += b" " * (-len(text) % 8)
            open(file, "wb").write(len(text).to_bytes(8, "little") + text + data)

        def read(file):
            raw = open(file, "rb").read()
            length = int.from_bytes(raw[:8], "little")
            header = json.loads(raw[8:8 + length].decode())
            header.pop("__metadata__", None)
            return {name: torch.from_numpy(numpy.frombuffer(raw[8 + length + e["data_offsets"][0]:8 + length + e["data_offsets"][1]], "<f4").copy()).reshape(e["shape"]) for name, e in header.items() if not name.startswith("optimizer.")}

        """;

    private const string WriteFiles = Common + """
        name, height, width = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        model = create(name)
        for m in model.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.running_mean.normal_(0, .1); m.running_var.uniform_(.5, 1.5); m.weight.data.uniform_(.5, 1.5); m.bias.data.normal_(0, .1)
        torch.save(model.state_dict(), path("theirs.pth"))
        write(model.state_dict(), path("theirs.safetensors"))
        logits(model, height, width).numpy().astype("<f8").tofile(path("theirs.answer"))
        """;

    private const string LoadOurs = Common + """
        name, height, width = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        model = create(name)
        model.load_state_dict(read(path("ours.safetensors")), strict=True)
        logits(model, height, width).numpy().astype("<f8").tofile(path("ours.answer"))
        """;

    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [TestCase("unet_milesial", 4, 32, 48)]
    [TestCase("fcn_resnet50", null, 65, 49)]
    public void Files_go_both_ways(string name, int? filters, int height, int width)
    {
        if (name != "unet_milesial" && PyTorchPython.Run("import importlib.util; print(importlib.util.find_spec('torchvision') is not None)") != "True")
            Assert.Ignore("Python has no torchvision.");
        string[] arguments = [_folder.Path, name, height.ToString(CultureInfo.InvariantCulture), width.ToString(CultureInfo.InvariantCulture)];
        PyTorchPython.Run(WriteFiles, arguments);
        foreach (string file in (string[])["theirs.pth", "theirs.safetensors"])
        {
            SegmentationModel loaded = Create(name, filters, seed: 1);
            using WeightSource source = WeightSource.Open(_folder.File(file));
            Assert.That(WeightLoader.Load(loaded, source, partial: false).Mismatch, Is.Null);
            Compare(Logits(loaded, height, width), "theirs.answer");
        }

        SegmentationModel ours = Create(name, filters, seed: 2);
        ModelCheckpoint.Save(_folder.File("ours.safetensors"), ours, new AdamOptimizer(ours, new AdamOptions()), new CheckpointMetadata { Model = name });
        PyTorchPython.Run(LoadOurs, arguments);
        Compare(Logits(ours, height, width), "ours.answer");
    }

    private SegmentationModel Create(string name, int? filters, ulong seed) => ModelCatalog.Create(name, _device, Classes, new ModelChoices(filters), seed);

    private float[] Logits(SegmentationModel model, int height, int width)
    {
        using var step = new Step(_device, training: false);
        float[] image = [.. Enumerable.Range(0, 3 * height * width).Select(i => MathF.Sin(i * 0.37f))];
        return model.Forward(step, step.Input(new TensorShape(1, 3, height, width), image, "image")).ToArray();
    }

    private void Compare(float[] actual, string answer)
    {
        byte[] bytes = File.ReadAllBytes(_folder.File(answer));
        double[] expected = new double[bytes.Length / sizeof(double)];
        Buffer.BlockCopy(bytes, 0, expected, 0, bytes.Length);
        double largest = expected.Max(Math.Abs);
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        Assert.That(actual.Zip(expected, (a, b) => Math.Abs(a - b) / largest), Is.All.LessThanOrEqualTo(1e-4), answer);
    }
}
