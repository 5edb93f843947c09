using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Tests.Predicting;

/// <summary>Tiles cover the picture, their weights have the sum 1, and what they say together is what the whole says where the network sees single pixels.</summary>
public sealed class TileTests
{
    private static readonly (int Length, int Tile, double Overlap)[] s_sizes = [(1, 1, 0), (5, 8, 0.5), (8, 8, 0.5), (9, 8, 0), (100, 32, 0), (100, 32, 0.5), (101, 32, 0.9), (7, 2, 0.99), (64, 1, 0)];

    [Test]
    public void Tiles_cover_the_side_overlap_enough_and_their_weights_have_the_sum_one([Values] TileWindow window, [ValueSource(nameof(s_sizes))] (int Length, int Tile, double Overlap) size)
    {
        var axis = new TileAxis(size.Length, size.Tile, size.Overlap, window);
        var sums = new double[size.Length];
        for (int tile = 0; tile < axis.Starts.Count; tile++)
        {
            ReadOnlySpan<float> weights = axis.Weights(tile);
            Assert.That(weights.Length, Is.EqualTo(axis.Length));
            for (int place = 0; place < weights.Length; place++)
            {
                Assert.That(weights[place], Is.Positive);
                sums[axis.Starts[tile] + place] += weights[place];
            }
        }

        int stride = Math.Max(1, (int)(axis.Length * (1 - size.Overlap)));
        Assert.Multiple(() =>
        {
            Assert.That(sums, Is.All.EqualTo(1).Within(1e-6));
            Assert.That((axis.Starts[0], axis.Starts[^1] + axis.Length), Is.EqualTo((0, size.Length)));
            Assert.That(axis.Starts.Zip(axis.Starts.Skip(1), (a, b) => b - a), Is.All.InRange(1, stride));
            Assert.That(axis.Length, Is.EqualTo(Math.Min(size.Tile, size.Length)));
        });
    }

    [Test]
    public void Windows_fall_towards_the_ends_of_a_tile()
    {
        // Of two tiles of 4 on 6 pixels the places 2 and 3 are in both: 2 is the first one's third, and the second one's first.
        float hann = (float)((1 - Math.Cos(Math.PI / 4)) / 2), hannInner = (float)((1 - Math.Cos(3 * Math.PI / 4)) / 2);
        Assert.Multiple(() =>
        {
            Assert.That(new TileAxis(6, 4, 0.5, TileWindow.Flat).Weights(0).ToArray(), Is.EqualTo(new[] { 1, 1, 0.5f, 0.5f }));
            Assert.That(new TileAxis(6, 4, 0.5, TileWindow.Hann).Weights(0).ToArray(), Is.EqualTo(new[] { 1, 1, hannInner / (hann + hannInner), hann / (hann + hannInner) }).Within(1e-6f));
            float inner = (float)Math.Exp(-0.5), outer = (float)Math.Exp(-4.5);
            Assert.That(new TileAxis(6, 4, 0.5, TileWindow.Gaussian).Weights(1).ToArray(), Is.EqualTo(new[] { outer / (inner + outer), inner / (inner + outer), 1, 1 }).Within(1e-6f));
        });
    }

    [Test]
    public void Answers_of_overlapping_tiles_are_blended_by_their_weights()
    {
        // Tiles of 2x3 on 2x4: the first answers 0 everywhere, the second 1.
        var options = new TileOptions { Width = 3, Height = 5, Overlap = 0.5, Window = TileWindow.Flat };
        int tiles = 0;
        float[] images = [.. Enumerable.Range(0, 24).Select(value => (float)value)];
        float[] blended = TiledInference.Blend(images, new TensorShape(1, 3, 2, 4), 1, options, (cut, shape) =>
        {
            Assert.That(shape, Is.EqualTo(new TensorShape(1, 3, 2, 3)));
            Assert.That(cut.ToArray().Take(6), Is.EqualTo(new float[] { tiles, 1 + tiles, 2 + tiles, 4 + tiles, 5 + tiles, 6 + tiles }), "the tile's own pixels");
            return [.. Enumerable.Repeat((float)tiles++, 6)];
        });
        Assert.That(blended, Is.EqualTo(new[] { 0, 0.5f, 0.5f, 1, 0, 0.5f, 0.5f, 1 }));
    }

    [Test]
    public void Tiles_of_a_network_that_sees_single_pixels_give_the_whole_answer([Values] TileWindow window, [Values(false, true)] bool isMultiLabel, [Values(0, 0.3, 0.75)] double overlap)
    {
        using var device = new CpuDevice(1);
        var network = new SmallNetwork(device, 3, kernel: 1);
        var shape = new TensorShape(2, 3, 13, 29);
        float[] images = [.. Enumerable.Range(0, (int)shape.Elements).Select(i => MathF.Sin(i * 1.7f))];
        var tiles = new TileOptions { Width = 8, Height = 6, Overlap = overlap, Window = window };
        Assert.That(new Inference(network, isMultiLabel, null, tiles).Probabilities(images, shape), Is.EqualTo(new Inference(network, isMultiLabel).Probabilities(images, shape)).Within(1e-6f));
    }

    [Test]
    public void Tiles_and_views_go_together()
    {
        using var device = new CpuDevice(1);
        var network = new SmallNetwork(device, 2, kernel: 1);
        var shape = new TensorShape(1, 3, 12, 20);
        float[] images = [.. Enumerable.Range(0, (int)shape.Elements).Select(i => MathF.Cos(i * 0.9f))];
        var tiles = new TileOptions { Width = 9, Height = 7 };
        Assert.That(new Inference(network, true, TestTimeAugmentation.Parse("flip,rotate"), tiles).Probabilities(images, shape), Is.EqualTo(new Inference(network, true).Probabilities(images, shape)).Within(1e-6f));
    }

    [TestCase(0, 8, 0.5)]
    [TestCase(8, 8, 1)]
    [TestCase(8, 8, -0.1)]
    [TestCase(8, 8, double.NaN)]
    public void Impossible_tiles_are_refused(int width, int height, double overlap)
    {
        using var device = new CpuDevice(1);
        var network = new SmallNetwork(device, 2, kernel: 1);
        Assert.That(() => new Inference(network, true, null, new TileOptions { Width = width, Height = height, Overlap = overlap }), Throws.ArgumentException);
    }
}
