using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

/// <summary>Files that PyTorch itself wrote, and a file that PyTorch reads.</summary>
public sealed class PyTorchReadingTests : IDisposable
{
    private const string WriteScript = """
        import collections, os, sys, zipfile, torch
        folder = sys.argv[1]
        path = lambda name: os.path.join(folder, name)
        numbers = torch.arange(24.).reshape(2, 3, 4)

        model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
        for i, tensor in enumerate(model.state_dict().values()):
            tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape) + i)
        torch.save(model.state_dict(), path('model.pth'))
        torch.save(model.state_dict(), path('protocol4.pth'), pickle_protocol=4)
        torch.save(model.state_dict(), path('old.pth'), _use_new_zipfile_serialization=False)
        torch.save(model, path('whole.pth'))
        torch.jit.save(torch.jit.script(model), path('script.pt'))

        kinds = dict(F64=torch.double, F32=torch.float, F16=torch.half, BF16=torch.bfloat16, I64=torch.long, I32=torch.int, U8=torch.uint8, BOOL=torch.bool)
        torch.save({name: torch.tensor([0, 1, 200]).to(kind) for name, kind in kinds.items()}, path('types.pth'))

        images = torch.arange(48.).reshape(2, 3, 2, 4)
        torch.save({
            'turned': numbers.permute(2, 0, 1), 'piece': numbers[1:, :, ::2], 'last': images.contiguous(memory_format=torch.channels_last),
            'whole': numbers, 'number': torch.tensor(7.5), 'none': torch.zeros(0, 4), 'parameter': torch.nn.Parameter(torch.tensor([1., 2.])),
        }, path('views.pth'))
        torch.save({'wide': torch.ones(1).expand(1000)}, path('expanded.pth'))

        optimizer = torch.optim.Adam(model.parameters())
        model(torch.ones(1, 3, 5, 5)).sum().backward()
        optimizer.step()
        torch.save({'epoch': 3, 'score': 0.5, 'big': 1 << 40, 'name': 'x', 'random': torch.get_rng_state(), 'shape': torch.Size([1, 2]), 'list': [1, None, True],
            'optimizer': optimizer.state_dict(), 'model_state': {'w': torch.tensor([5., 6.])}}, path('nested.pth'))
        torch.save({'something': {'w': numbers}}, path('unknown.pth'))

        class Evil:
            def __reduce__(self):
                return os.system, ('touch ' + path('marker'),)
        torch.save({'w': numbers, 'x': Evil()}, path('evil.pth'))

        for name, kind, wide in ('deflated.pth', zipfile.ZIP_DEFLATED, False), ('zip64.pth', zipfile.ZIP_STORED, True):
            with zipfile.ZipFile(path('model.pth')) as source, zipfile.ZipFile(path(name), 'w', kind) as target:
                for entry in source.namelist():
                    with target.open(entry, 'w', force_zip64=wide) as stream:
                        stream.write(source.read(entry))
        """;

    private readonly TemporaryFolder _folder = new();

    [OneTimeSetUp]
    public void WriteFiles() => PyTorchPython.Run(WriteScript, _folder.Path);

    public void Dispose() => _folder.Dispose();

    [TestCase("model.pth")]
    [TestCase("protocol4.pth")]
    [TestCase("deflated.pth")]
    [TestCase("zip64.pth")]
    public void The_weights_of_a_model_are_read(string name)
    {
        using WeightSource file = WeightSource.Open(_folder.File(name));
        Assert.That(file.Entries.Select(entry => $"{entry.Name} {entry.DataType.Name()} [{string.Join(", ", entry.Shape)}]"), Is.EqualTo(
        [
            "0.weight F32 [4, 3, 3, 3]", "0.bias F32 [4]", "1.weight F32 [4]", "1.bias F32 [4]", "1.running_mean F32 [4]", "1.running_var F32 [4]", "1.num_batches_tracked I64 []",
        ]));
        Assert.That(file.ReadSingle("0.weight"), Is.EqualTo(Enumerable.Range(0, 108).Select(i => (float)i)));
        Assert.That(file.ReadSingle("1.running_var"), Is.EqualTo([5f, 6f, 7f, 8f]));
        Assert.That(file.ReadInt64("1.num_batches_tracked"), Is.EqualTo([6L]));
    }

    [Test]
    public void Every_type_is_read()
    {
        using WeightSource file = WeightSource.Open(_folder.File("types.pth"));
        Assert.That(file.Entries.Select(entry => entry.Name), Is.EqualTo(["F64", "F32", "F16", "BF16", "I64", "I32", "U8", "BOOL"]).And.EqualTo(file.Entries.Select(entry => entry.DataType.Name())));
        foreach (WeightEntry entry in file.Entries)
            Assert.That(file.ReadSingle(entry.Name), Is.EqualTo([0f, 1f, entry.DataType == WeightDataType.Boolean ? 1f : 200f]), entry.Name);
    }

    [Test]
    public void Views_are_read_in_their_own_order()
    {
        using WeightSource file = WeightSource.Open(_folder.File("views.pth"));
        Assert.That(file.Entry("turned").Shape, Is.EqualTo([4L, 2L, 3L]));
        Assert.That(file.ReadSingle("turned"), Is.EqualTo(from k in Enumerable.Range(0, 4) from i in Enumerable.Range(0, 2) from j in Enumerable.Range(0, 3) select (float)((12 * i) + (4 * j) + k)));
        Assert.That(file.ReadSingle("piece"), Is.EqualTo([12f, 14f, 16f, 18f, 20f, 22f]));
        Assert.That(file.ReadSingle("last"), Is.EqualTo(Enumerable.Range(0, 48).Select(i => (float)i)));
        Assert.That(file.ReadSingle("whole"), Is.EqualTo(Enumerable.Range(0, 24).Select(i => (float)i)));
        Assert.That(file.ReadSingle("number"), Is.EqualTo([7.5f]));
        Assert.That(file.ReadSingle("none"), Is.Empty);
        Assert.That(file.ReadSingle("parameter"), Is.EqualTo([1f, 2f]));
    }

    [Test]
    public void The_weights_are_found_inside_a_training_checkpoint()
    {
        using WeightSource file = WeightSource.Open(_folder.File("nested.pth"));
        Assert.That(file.Entries.Select(entry => entry.Name), Is.EqualTo(["w"]));
        Assert.That(file.ReadSingle("w"), Is.EqualTo([5f, 6f]));
    }

    [TestCase("old.pth", "it is in the format of PyTorch before 1.6; in PyTorch, torch.save(torch.load(path), other)")]
    [TestCase("whole.pth", "asks for 'torch.nn.modules.container.Sequential'")]
    [TestCase("script.pt", "it is a TorchScript program")]
    [TestCase("evil.pth", "asks for 'posix.system'")]
    [TestCase("expanded.pth", "save it as tensor.contiguous()")]
    [TestCase("unknown.pth", "its keys are something")]
    public void What_is_no_file_of_weights_is_refused(string name, string expected)
    {
        string message = Assert.Throws<WeightFileException>(() => WeightSource.Open(_folder.File(name)).Dispose())!.Message;
        Assert.That(message, Does.Contain(name).And.Contain(expected).And.Not.Contain("\n"));
        Assert.That(File.Exists(_folder.File("marker")), Is.False);
    }

    [Test]
    public void What_is_converted_is_read_by_PyTorch_with_the_same_bits()
    {
        string converted = _folder.File("converted.safetensors");
        using (WeightSource file = WeightSource.Open(_folder.File("views.pth")))
            SafeTensorsWriter.Write(converted, file.Entries.Select(entry => KeyValuePair.Create(entry.Name, file.ReadTensor(entry.Name))));
        using (WeightSource file = WeightSource.Open(_folder.File("types.pth")))
            SafeTensorsWriter.Write(_folder.File("types.safetensors"), file.Entries.Select(entry => KeyValuePair.Create(entry.Name, file.ReadTensor(entry.Name))));
        Assert.That(PyTorchPython.Run(ReadFunction + """

            for name in 'views', 'types':
                source = torch.load(os.path.join(sys.argv[1], name + '.pth'))
                for key, value in read(os.path.join(sys.argv[1], 'converted.safetensors' if name == 'views' else 'types.safetensors')).items():
                    wanted = source.pop(key)
                    assert value.dtype == wanted.dtype and value.shape == wanted.shape and torch.equal(value, wanted), key
                print(len(source))
            """, _folder.Path), Is.EqualTo("0\n0"));
    }

    [Test]
    public void A_file_of_ours_fits_a_PyTorch_model_strictly()
    {
        string path = _folder.File("ours.safetensors");
        SafeTensorsWriter.Write(path, new KeyValuePair<string, WeightTensor>[]
        {
            new("0.weight", WeightTensor.OfSingles([.. Enumerable.Range(0, 18).Select(i => i / 16f)], 1, 2, 3, 3)),
            new("0.bias", WeightTensor.OfSingles([0.5f], 1)),
            new("1.weight", WeightTensor.OfSingles([2], 1)),
            new("1.bias", WeightTensor.OfSingles([-1], 1)),
            new("1.running_mean", WeightTensor.OfSingles([3], 1)),
            new("1.running_var", WeightTensor.OfSingles([4], 1)),
            new("1.num_batches_tracked", WeightTensor.OfInt64s([9])),
        });

        // The sum of 0/16 to 17/16, plus 0.5, is 10.0625; normalised and scaled: (10.0625 - 3) / 2 * 2 - 1.
        Assert.That(PyTorchPython.Run(ReadFunction + """

            model = torch.nn.Sequential(torch.nn.Conv2d(2, 1, 3), torch.nn.BatchNorm2d(1, eps=0)).eval()
            model.load_state_dict(read(sys.argv[1]), strict=True)
            print(model(torch.ones(1, 2, 3, 3)).item())
            """, path), Is.EqualTo("6.0625"));
    }

    // Reads safetensors as the format says, without any library for it.
    private const string ReadFunction = """
        import json, os, sys, numpy, torch
        def read(path):
            raw = open(path, 'rb').read()
            length = int.from_bytes(raw[:8], 'little')
            header = json.loads(raw[8:8 + length].decode('utf-8'))
            header.pop('__metadata__', None)
            kinds = dict(F64='<f8', F32='<f4', F16='<f2', I64='<i8', I32='<i4', U8='u1', BOOL='?', BF16='<i2')
            tensors = {}
            for name, entry in header.items():
                begin, end = entry['data_offsets']
                tensor = torch.from_numpy(numpy.frombuffer(raw[8 + length + begin:8 + length + end], kinds[entry['dtype']]).copy()).reshape(entry['shape'])
                tensors[name] = tensor.view(torch.bfloat16) if entry['dtype'] == 'BF16' else tensor
            return tensors
        """;
}
