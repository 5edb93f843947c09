using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;

namespace SegFromScratch.Tests.Operations;

/// <summary>Where maxima lie, ties and NaN: the expected values are PyTorch's, from <c>max_pool2d(return_indices=True)</c>.</summary>
public sealed class MaxPoolingTests
{
    [Test]
    public void Of_equal_maxima_the_first_counts()
    {
        (float[] output, int[] indices) = Pool(3, [3, 3, 1, 3, 2, 7, 0, 7, 7], MaxPoolingOptions.Square(2, 1));
        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo((float[])[3, 7, 7, 7]));
            Assert.That(indices, Is.EqualTo((int[])[0, 5, 7, 5]));
        });
    }

    [Test]
    public void A_NaN_is_the_maximum_of_its_windows()
    {
        (float[] output, int[] indices) = Pool(4, [0, 1, 2, 3, 4, float.NaN, 6, 7, 8, 9, 10, 11], MaxPoolingOptions.Square(2, 1));
        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo((float[])[float.NaN, float.NaN, 7, float.NaN, float.NaN, 11]));
            Assert.That(indices, Is.EqualTo((int[])[5, 5, 7, 5, 5, 11]));
        });
    }

    [Test]
    public void Padding_is_never_the_maximum()
    {
        (float[] output, _) = Pool(2, [-5, -6, -7, -8], MaxPoolingOptions.Square(3, 2, padding: 1));
        Assert.That(output, Is.EqualTo((float[])[-5]));
    }

    [Test]
    public void Rows_and_columns_are_not_exchanged()
    {
        float[] image = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        var padded = new MaxPoolingOptions { KernelHeight = 1, StrideX = 1, Padding = new WindowPadding(Top: 0, Bottom: 0, Left: 1, Right: 0) };
        var dilated = new MaxPoolingOptions { KernelHeight = 1, StrideX = 1, DilationX = 2 };
        Assert.Multiple(() =>
        {
            Assert.That(Pool(4, image, padded).Output, Is.EqualTo((float[])[0, 1, 2, 3, 8, 9, 10, 11]));
            Assert.That(Pool(4, image, dilated).Output, Is.EqualTo((float[])[2, 3, 10, 11]));
        });
    }

    [Test]
    public void A_window_wholly_in_the_padding_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => MaxPoolingShape.Create(new(1, 1, 1, 4), MaxPoolingOptions.Square(2, 1, padding: 1, dilation: 2)),
                Throws.ArgumentException.With.Message.Contains("wholly in the padding"));
            Assert.That(() => MaxPoolingShape.Create(new(1, 1, 2, 2), MaxPoolingOptions.Square(3, 1)), Throws.ArgumentException.With.Message.Contains("does not fit"));
        });
    }

    [Test]
    public void Inference_keeps_no_indices()
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: false);
        Tensor input = step.Input(new(1, 1, 2, 2), [1, 2, 3, 4], "x");
        MaxPoolingResult result = MaxPooling.ApplyWithIndices(step, input, MaxPoolingOptions.Square(2, 2));
        Assert.That(result.Indices.References, Is.EqualTo(1));
        Step.Release(result.Indices);
        Assert.That(result.Indices.IsAlive, Is.False);
    }

    [TestCase(2, 2, 0, false)]
    [TestCase(2, 2, 0, true)]
    [TestCase(2, 2, 1, false)]
    [TestCase(3, 2, 1, false)]
    public void On_the_cpu_inference_notes_no_places_and_gives_the_bits_of_training(int kernel, int stride, int padding, bool roundUp)
    {
        var options = MaxPoolingOptions.Square(kernel, stride, padding, roundUp: roundUp);
        float[] several = [float.NaN, -0f, 0f, 1f, 2f, float.NegativeInfinity];
        var shape = new TensorShape(2, 19, 7, 9);
        var random = new Random(3);
        float[] image = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => several[random.Next(several.Length)])];
        using var device = new CpuDevice(2);
        Tensor input = Tensor.Persistent(device, shape, image, 16, requiresGradient: true);
        using var inference = new Step(device, training: false);
        long before = device.Pool.InUse(MemoryClass.Activations);
        Tensor output = MaxPooling.Apply(inference, input, options);
        Assert.That(device.Pool.InUse(MemoryClass.Activations) - before, Is.EqualTo((output.Bytes + 255) / 256 * 256));
        using var training = new Step(device, training: true);
        float[] trained = MaxPooling.Apply(training, input, options).ToArray();
        Assert.That(output.ToArray().Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(trained.Select(BitConverter.SingleToUInt32Bits)));
    }

    private static (float[] Output, int[] Indices) Pool(int width, float[] image, MaxPoolingOptions options)
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: true);
        Tensor input = step.Input(new(1, 1, image.Length / width, width), image, "x");
        MaxPoolingResult result = MaxPooling.ApplyWithIndices(step, input, options);
        return (result.Output.ToArray(), result.Indices.Read());
    }
}
