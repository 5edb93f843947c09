using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Data;

[CancelAfter(60_000)]
public class BatchLoaderTests
{
    private static readonly SampleTransform Augmenting = new(
        new AugmentationOptions
        {
            Crop = (5, 4), HorizontalFlip = true, VerticalFlip = true, MinimumScale = 0.5, MaximumScale = 2, Brightness = 0.2, Contrast = 0.3,
        },
        Normalization.Centered);

    private static readonly SampleTransform Plain = new(new AugmentationOptions(), Normalization.Unit);

    [TestCase(false)]
    [TestCase(true)]
    public void Batches_are_the_same_for_any_number_of_threads(bool multiLabel)
    {
        string[] runs = [.. new[] { 1, 2, 4 }.Select(workers => Fingerprint(new NumberedDataSet(23, multiLabel), Augmenting, Options(workers), batches: 20))];
        Assert.That(runs[1], Is.EqualTo(runs[0]));
        Assert.That(runs[2], Is.EqualTo(runs[0]));
        Assert.That(Fingerprint(new NumberedDataSet(23, multiLabel), Augmenting, Options(2) with { Seed = 6 }, 20), Is.Not.EqualTo(runs[0]));
    }

    [Test]
    public void A_resumed_run_gives_what_the_whole_run_gave()
    {
        var set = new NumberedDataSet(23);
        using var whole = new BatchLoader(set, Augmenting, Options(2));
        for (int i = 0; i < 9; i++)
            whole.Return(whole.Next());
        Assert.That(whole.Position, Is.EqualTo(new BatchPosition(1, 3)), "six batches an epoch");
        using var resumed = new BatchLoader(set, Augmenting, Options(4) with { Start = whole.Position });
        Assert.That(resumed.Position, Is.EqualTo(whole.Position));
        for (int i = 0; i < 8; i++)
        {
            Batch expected = whole.Next(), actual = resumed.Next();
            Assert.That(Describe(actual), Is.EqualTo(Describe(expected)));
            whole.Return(expected);
            resumed.Return(actual);
        }
    }

    [Test]
    public void An_epoch_gives_every_sample_once_in_an_order_of_its_own()
    {
        using var loader = new BatchLoader(new NumberedDataSet(23), Plain, Options(2));
        string[] first = Names(loader), second = Names(loader);
        string[] all = [.. Enumerable.Range(0, 23).Select(i => $"{i}.png")];
        Assert.That(first, Is.EquivalentTo(all).And.Not.EqualTo(all));
        Assert.That(second, Is.EquivalentTo(all).And.Not.EqualTo(first));
    }

    [Test]
    public void Short_last_batches_are_given_or_left_out()
    {
        using var keeping = new BatchLoader(new NumberedDataSet(10), Plain, new BatchLoaderOptions { BatchSize = 4 });
        Assert.That(keeping.Epoch().Select(batch => batch.Count), Is.EqualTo(new[] { 4, 4, 2 }));
        using var dropping = new BatchLoader(new NumberedDataSet(10), Plain, new BatchLoaderOptions { BatchSize = 4, DropLast = true });
        Assert.That(dropping.Epoch().Select(batch => (batch.Count, batch.EndsEpoch)), Is.EqualTo(new[] { (4, false), (4, true) }));
        Assert.That(() => new BatchLoader(new NumberedDataSet(3), Plain, new BatchLoaderOptions { BatchSize = 4, DropLast = true }),
            Throws.TypeOf<DataSetException>().With.Message.EqualTo("numbers: 3 samples do not fill a batch of 4; choose a smaller batch."));
    }

    [Test]
    public void Pixels_and_targets_lie_where_they_are_said_to()
    {
        using var loader = new BatchLoader(new NumberedDataSet(3), Plain, new BatchLoaderOptions { BatchSize = 3 });
        Batch batch = loader.Next();
        // Sample 2, channel 1, row 3, column 4 of a 6x5 image; see NumberedDataSet for the values.
        Assert.That(batch.Images[(((((2 * 3) + 1) * 5) + 3) * 6) + 4], Is.EqualTo(((2 * 20) + 100 + (3 * 6) + 4) / 255f).Within(1e-6));
        Assert.That(batch.ClassMap[(((2 * 5) + 3) * 6) + 4], Is.EqualTo((2 + 3 + 4) % 3));
        Assert.That(batch.Layers, Is.Empty);
        using var layered = new BatchLoader(new NumberedDataSet(3, multiLabel: true), Plain, new BatchLoaderOptions { BatchSize = 3 });
        Batch layers = layered.Next();
        Assert.That(layers.ClassMap, Is.Empty);
        for (int layer = 0; layer < 3; layer++)
            Assert.That(layers.Layers[(((((2 * 3) + layer) * 5) + 3) * 6) + 4], Is.EqualTo(layer == 0 ? 1 : 0));
    }

    [Test]
    public void Arrays_are_used_again()
    {
        using var loader = new BatchLoader(new NumberedDataSet(23), Plain, Options(2));
        HashSet<float[]> arrays = [];
        for (int i = 0; i < 50; i++)
        {
            Batch batch = loader.Next();
            arrays.Add(batch.Images);
            loader.Return(batch);
        }
        Assert.That(arrays, Has.Count.LessThanOrEqualTo(3));
    }

    [Test]
    public void A_consumer_that_returns_nothing_is_told_so()
    {
        using var loader = new BatchLoader(new NumberedDataSet(23), Plain, Options(1));
        Batch batch = loader.Next();
        loader.Next();
        loader.Next();
        Assert.That(loader.Next, Throws.InvalidOperationException.With.Message.EqualTo("Every batch of the loader is in use; return one first."));
        loader.Return(batch);
        Assert.That(() => loader.Return(batch), Throws.InvalidOperationException);
        Assert.That(loader.Next().Position, Is.EqualTo(new BatchPosition(0, 3)));
    }

    [Test]
    public void A_failing_sample_fails_its_batch_and_no_other()
    {
        var set = new NumberedDataSet(8) { Broken = 5 };
        using var loader = new BatchLoader(set, Plain, new BatchLoaderOptions { BatchSize = 4, Workers = 2 });
        loader.Return(loader.Next());
        Assert.That(loader.Next, Throws.TypeOf<DataSetException>().With.Message.EqualTo("numbers, 5.png: out of luck"));
        Assert.That(loader.Next().Position, Is.EqualTo(new BatchPosition(1, 0)));
    }

    [Test]
    public void Of_several_failing_samples_the_first_in_the_batch_is_named()
    {
        var set = new NumberedDataSet(8) { Broken = 2, Wider = 7, Delay = 1 };
        using var loader = new BatchLoader(set, Plain, new BatchLoaderOptions { BatchSize = 8, Workers = 4, Shuffle = true, Seed = 3 });
        using var order = new BatchLoader(new NumberedDataSet(8), Plain, new BatchLoaderOptions { BatchSize = 8, Shuffle = true, Seed = 3 });
        string first = order.Next().Names.ToArray().First(name => name is "2.png" or "7.png");
        Assert.That(Assert.Throws<DataSetException>(() => loader.Next())!.Message, Does.Contain(first));
    }

    [Test]
    public void Images_of_different_sizes_need_a_common_one()
    {
        var set = new NumberedDataSet(4) { Wider = 2 };
        using var loader = new BatchLoader(set, Plain, new BatchLoaderOptions { BatchSize = 4 });
        Assert.That(loader.Next, Throws.TypeOf<DataSetException>().With.Message.EqualTo(
            "2.png: the image is 7x5 but the first one is 6x5; bring all to one size with --size, or cut equal pieces with --crop."));
        using var resizing = new BatchLoader(set, new SampleTransform(new AugmentationOptions { Size = (3, 3) }, Normalization.Unit), new BatchLoaderOptions { BatchSize = 4 });
        Assert.That(resizing.Next().Width, Is.EqualTo(3));
    }

    [Test]
    public void Disposing_stops_the_threads_and_whoever_waits()
    {
        var set = new NumberedDataSet(8) { Delay = 50 };
        var loader = new BatchLoader(set, Plain, new BatchLoaderOptions { BatchSize = 8, Workers = 1 });
        Task waiting = Task.Run(loader.Next);
        Thread.Sleep(20);
        loader.Dispose();
        Assert.That(async () => await waiting, Throws.TypeOf<ObjectDisposedException>());
        int loaded = set.Loaded;
        Thread.Sleep(150);
        Assert.That(set.Loaded, Is.EqualTo(loaded).And.LessThan(8));
    }

    private static BatchLoaderOptions Options(int workers) => new() { BatchSize = 4, Seed = 5, Shuffle = true, Workers = workers };

    private static string[] Names(BatchLoader loader) => [.. loader.Epoch().SelectMany(batch => batch.Names.ToArray())];

    private static string Fingerprint(IDataSet set, SampleTransform transform, BatchLoaderOptions options, int batches)
    {
        using var loader = new BatchLoader(set, transform, options);
        List<string> all = [];
        for (int i = 0; i < batches; i++)
        {
            Batch batch = loader.Next();
            all.Add(Describe(batch));
            loader.Return(batch);
        }
        return string.Join('\n', all);
    }

    private static string Describe(Batch batch)
    {
        int pixels = batch.Count * batch.Width * batch.Height;
        return $"{batch.Position} {string.Join(' ', batch.Names.ToArray())} {string.Join(' ', batch.Images.Take(3 * pixels))} "
            + $"{string.Join(' ', batch.ClassMap.Take(pixels))} {string.Join(' ', batch.Layers.Take(pixels * batch.LayerCount))}";
    }

    /// <summary>Images of 6x5: channel c, row y, column x of sample i is 20 i + 100 c + 6 y + x; its class is (i + y + x) mod 3.</summary>
    private sealed class NumberedDataSet(int count, bool multiLabel = false) : IDataSet
    {
        private int _loaded;

        public int Broken { get; init; } = -1;

        public int Wider { get; init; } = -1;

        public int Delay { get; init; }

        public int Loaded => _loaded;

        public string Name => "numbers";

        public int Count => count;

        public IReadOnlyList<string> ClassNames => ["a", "b", "c"];

        public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => ClassTable.Numbered(3).Colors;

        public int? IgnoreIndex => multiLabel ? null : 255;

        public bool IsMultiLabel => multiLabel;

        public string NameOf(int index) => $"{index}.png";

        public (int Width, int Height) SizeOf(int index) => (index == Wider ? 7 : 6, 5);

        public Sample Load(int index)
        {
            Thread.Sleep(Delay);
            // Uneven work, so that threads overtake each other.
            Thread.SpinWait((index * 7919) % 5000);
            Interlocked.Increment(ref _loaded);
            if (index == Broken)
                throw new InvalidOperationException("out of luck");
            (int width, int height) = SizeOf(index);
            var image = new Image(width, height, 3);
            var mask = new IndexMask(width, height, new byte[width * height]);
            var layers = new LayerMasks(width, height, 3, new byte[3 * width * height]);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int channel = 0; channel < 3; channel++)
                        image[y, x, channel] = (byte)((20 * index) + (100 * channel) + (6 * y) + x);
                    mask[y, x] = (byte)((index + y + x) % 3);
                    layers.Layer(mask[y, x])[(y * width) + x] = 1;
                }
            }
            return new Sample(NameOf(index), image, multiLabel ? layers : new ClassMap(mask, 255));
        }
    }
}
