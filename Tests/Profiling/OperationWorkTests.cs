using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.FocalLoss;
using SegFromScratch.Kernels.GroupNormalization;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.LocalResponseNormalization;
using SegFromScratch.Kernels.LogOdds;
using SegFromScratch.Kernels.LovaszSoftmax;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Kernels.TverskyLoss;

namespace SegFromScratch.Tests.Profiling;

/// <summary>What a profile counts, against numbers worked out by hand. Tensors of 16 channels have no padding: 4 bytes an element.</summary>
public sealed class OperationWorkTests : IDisposable
{
    // 2 images, 16 channels, 6 x 5 pixels: 960 elements, 3840 bytes.
    private static readonly TensorShape s_shape = new(2, 16, 6, 5);

    private readonly CpuDevice _device = new(1);
    private readonly List<Tensor> _tensors = [];

    public void Dispose() => _device.Dispose();

    [TearDown]
    public void DiscardTensors()
    {
        _tensors.ForEach(tensor => tensor.Discard());
        _tensors.Clear();
    }

    // Weight 32 x 16 x 3 x 3: 4608 elements. Output 2 x 32 x 6 x 5: 1920 elements of 144 multiply-adds.
    [TestCase("forward", 2 * 1920 * 144, 3840 + 18432 + 128 + 7680)]
    [TestCase("input gradient", 2 * 1920 * 144, 7680 + 18432 + 3840)]
    [TestCase("weight gradient", 2 * 1920 * 144, 3840 + 7680 + 18432)]
    [TestCase("bias gradient", 1920, 7680 + 128)]
    public void Convolution_counts_multiply_adds_twice(string pass, long operations, long bytes)
    {
        Tensor x = Trained(s_shape, 16), weight = Trained(new TensorShape(32, 16, 3, 3)), bias = Trained(TensorShape.Vector(32));
        ProfileEntry entry = Profile(step => Convolution.Apply(step, x, weight, bias, ConvolutionOptions.Symmetric(1))).Single(e => (e.Operation, e.Pass) == ("convolution", pass));
        Assert.That((entry.Count, entry.FloatingPointOperations, entry.Bytes), Is.EqualTo((1, operations, bytes)));
    }

    // A channel reads itself alone: 960 elements of 9 multiply-adds.
    [TestCase(3, 16, "depthwise convolution", 2 * 960 * 9)]
    [TestCase(1, 1, "pointwise convolution", 2 * 960 * 16)]
    [TestCase(3, 1, "dilated convolution", 2 * 960 * 144)]
    public void Kinds_of_convolution_have_names_of_their_own(int kernel, int groups, string name, long operations)
    {
        Tensor x = Trained(s_shape, 16), weight = Trained(new TensorShape(16, 16 / groups, kernel, kernel));
        var options = ConvolutionOptions.Symmetric(kernel - 1, dilation: kernel == 1 ? 1 : 2, groups: groups);
        ProfileEntry entry = Profile(step => Convolution.Apply(step, x, weight, null, options)).Single(e => e.Pass == "weight gradient");
        Assert.That((entry.Operation, entry.FloatingPointOperations), Is.EqualTo((name, operations)));
    }

    [Test]
    public void A_transposed_convolution_multiplies_each_input_with_every_tap()
    {
        // 960 inputs, each times 8 outputs x 2 x 2 taps; the output has 2 x 8 x 12 x 10 elements in blocks of 8.
        Tensor x = Trained(s_shape, 16), weight = Trained(new TensorShape(16, 8, 2, 2));
        ProfileEntry[] entries = Profile(step => TransposedConvolution.Apply(step, x, weight, null, TransposedConvolutionOptions.Symmetric(stride: 2)));
        foreach (string pass in (string[])["forward", "input gradient", "weight gradient"])
        {
            ProfileEntry entry = entries.Single(e => (e.Operation, e.Pass) == ("transposed convolution", pass));
            Assert.That((entry.FloatingPointOperations, entry.Bytes), Is.EqualTo((2L * 960 * 32, 4L * (960 + 512 + 1920))), pass);
        }
    }

    [TestCase(true, 7, 11)]
    [TestCase(false, 6, 9)]
    public void Batch_normalization_reads_what_it_must_twice(bool relu, long forward, long backward)
    {
        Tensor x = Trained(s_shape, 16), gamma = Trained(TensorShape.Vector(16)), beta = Trained(TensorShape.Vector(16));
        AssertWork(
            step => BatchNormalization.Apply(step, x, gamma, beta, null, null, new BatchNormalizationOptions { Relu = relu }),
            "batch normalization", (forward * 960, 3 * 3840), (backward * 960, 5 * 3840));
    }

    [TestCase(true, 8, 10, 7)]
    [TestCase(false, 7, 9, 5)]
    public void With_a_sum_it_reads_and_writes_the_summand_too(bool relu, long forward, long backward, long backwardTensors)
    {
        Tensor x = Trained(s_shape, 16), added = Trained(s_shape, 16), gamma = Trained(TensorShape.Vector(16)), beta = Trained(TensorShape.Vector(16));
        AssertWork(
            step => BatchNormalization.ApplyAndAdd(step, x, added, relu, gamma, beta, null, null),
            "batch normalization", (forward * 960, 4 * 3840), (backward * 960, backwardTensors * 3840));
    }

    [Test]
    public void Pooling_compares_all_but_the_first_of_a_window()
    {
        // Outputs and the places of the maxima: 2 x 16 x 3 x 2 elements each.
        Tensor x = Trained(s_shape, 16);
        AssertWork(step => MaxPooling.Apply(step, x, MaxPoolingOptions.Square(2, 2)), "max pooling", (3 * 192, 3840 + (2 * 768)), (192, 3840 + (2 * 768)));
    }

    [TestCase(InterpolationMode.Nearest, 0, 1)]
    [TestCase(InterpolationMode.Bilinear, 7, 8)]
    public void Interpolation_counts_output_pixels(InterpolationMode mode, long forward, long backward)
    {
        Tensor x = Trained(s_shape, 16);
        AssertWork(step => Interpolation.Apply(step, x, 12, 10, mode), "interpolation", (forward * 3840, 5 * 3840), (backward * 3840, 5 * 3840));
    }

    [Test]
    public void Padded_channels_are_moved_but_not_computed()
    {
        // 3 channels in a block of 8, of 30 pixels.
        Tensor x = Trained(new TensorShape(1, 3, 6, 5), 8);
        AssertWork(step => Dropout.Apply(step, x, 0.5f), "dropout", (90, 2 * 8 * 30 * 4), (90, 2 * 8 * 30 * 4));
    }

    [Test]
    public void Elementwise_operations()
    {
        Tensor x = Trained(s_shape, 16), y = Trained(s_shape, 16);
        AssertWork(step => Activation.Relu(step, x), "activation", (960, 2 * 3840), (960, 3 * 3840));
        AssertWork(step => Addition.Apply(step, x, y), "addition", (960, 3 * 3840), (0, 0), "backward");
        AssertWork(step => Concatenation.Apply(step, x, y), "concatenation", (0, 4 * 3840), (0, 4 * 3840));
    }

    [Test]
    public void Cross_entropy_counts_logits()
    {
        // Logits 3840 bytes, and for each of the 60 pixels a class and the logarithm of its sum.
        Tensor logits = Trained(s_shape, 16);
        using var surroundings = new Step(_device, training: false);
        DeviceArray<int> classes = surroundings.InputArray<int>(new int[60], "class map");
        AssertWork(step => CrossEntropy.Apply(step, logits, classes), "cross entropy", (4 * 960, 3840 + 480), (3 * 960, (2 * 3840) + 480));
    }

    [Test]
    public void Adam_reads_four_tensors_and_writes_three()
    {
        Tensor parameter = Trained(new TensorShape(5, 4, 3, 2)), first = Trained(parameter.Shape), second = Trained(parameter.Shape);
        ProfileEntry[] entries = Profile(
            step => Activation.Relu(step, parameter),
            () => Adam.Update(parameter, first, second, 1e-3f, new AdamOptions(), 1));
        ProfileEntry update = entries.Single(entry => (entry.Operation, entry.Pass) == ("adam", "update"));
        Assert.That((update.Count, update.FloatingPointOperations, update.Bytes), Is.EqualTo((1, 12L * 120, 7L * 480)));
    }

    [Test]
    public void A_sum_of_gradients_has_a_row()
    {
        Tensor x = Trained(s_shape, 16);
        ProfileEntry sum = Profile(step => Concatenation.Apply(step, x, x)).Single(entry => entry.Operation == "sum of gradients");
        Assert.That((sum.Count, sum.FloatingPointOperations, sum.Bytes), Is.EqualTo((1, 960L, 3L * 3840)));
    }

    [Test]
    public void An_operation_that_nobody_counted_has_its_time_in_one_row_a_pass()
    {
        Tensor x = Trained(s_shape, 16);
        ProfileEntry[] entries = [.. Profile(step => Uncounted(step, x)).Where(entry => entry.Operation == "uncounted")];
        Assert.That(entries.Select(entry => (entry.Pass, entry.Count, entry.FloatingPointOperations)), Is.EquivalentTo(((string, long, long)[])[("forward", 1, 0), ("backward", 1, 0)]));
        Assert.That(entries.Select(entry => entry.Seconds), Is.All.Positive);
    }

    [Test]
    public void Normalizations()
    {
        // Statistics read the input before it is normalised; the way back reads input and gradient twice and writes one.
        Tensor x = Trained(s_shape, 16), gamma = Trained(TensorShape.Vector(16)), beta = Trained(TensorShape.Vector(16));
        AssertWork(step => GroupNormalization.Apply(step, x, 4, gamma, beta), "group normalization", (6 * 960, 3 * 3840), (9 * 960, 5 * 3840));
        AssertWork(
            step => LocalResponseNormalization.Apply(step, x, new LocalResponseNormalizationOptions(5)),
            "local response normalization", (14 * 960, 3 * 3840), (16 * 960, 4 * 3840));
    }

    [Test]
    public void Sums_read_once_and_their_gradient_is_written_once()
    {
        Tensor x = Trained(s_shape, 16);
        ProfileEntry[] entries = Profile(step => Reduction.Mean(step, x));
        Assert.That(entries.Where(e => e.Operation == "mean").Select(e => (e.Pass, e.FloatingPointOperations, e.Bytes)), Is.EquivalentTo([("forward", 960L, 3840L), ("input gradient", 0L, 3840L)]));
    }

    [Test]
    public void Losses_of_class_maps_and_masks()
    {
        // 60 pixels: a class map, or numbers, of 240 bytes.
        Tensor logits = Trained(s_shape, 16), planes = Trained(s_shape, 16);
        using var surroundings = new Step(_device, training: false);
        DeviceArray<int> classes = surroundings.InputArray<int>(new int[60], "class map");
        AssertWork(step => FocalLoss.ApplySoftmax(step, logits, classes), "focal loss", (4 * 960, 3840 + (3 * 240)), (4 * 960, (2 * 3840) + (3 * 240)));
        AssertWork(step => FocalLoss.ApplySigmoid(step, logits, planes), "focal loss", (20 * 960, 2 * 3840), (28 * 960, 3 * 3840));
        AssertWork(step => TverskyLoss.Apply(step, logits, planes), "tversky loss", (14 * 960, 2 * 3840), (14 * 960, 3 * 3840));
        AssertWork(step => LogOdds.Apply(step, logits), "log-odds", (8 * 960, 2 * 3840), (12 * 960, 3 * 3840));

        // 60 pixels have 64 places, log2 of which is 6.
        AssertWork(step => LovaszSoftmax.ApplyToProbabilities(step, logits, classes), "lovasz softmax", (13 * 960, (2 * 3840) + 240), (960, 2 * 3840));
    }

    private static Tensor Uncounted(Step step, Tensor x)
    {
        Tensor output = step.Create(x.Layout, "uncounted", x.RequiresGradient);
        step.Record(output, keep: [], outputGradient =>
        {
            Step.Retain(outputGradient);
            step.Accumulate(x, outputGradient);
        });
        return output;
    }

    private void AssertWork(Func<Step, Tensor> apply, string operation, (long Operations, long Bytes) forward, (long Operations, long Bytes) backward, string backwardPass = "input gradient")
    {
        ProfileEntry[] entries = Profile(apply);
        Assert.Multiple(() =>
        {
            Assert.That(Counted("forward"), Is.EqualTo(forward), $"{operation} forward");
            Assert.That(Counted(backwardPass), Is.EqualTo(backward), $"{operation} backward");
        });

        (long Operations, long Bytes) Counted(string pass)
        {
            ProfileEntry entry = entries.Single(e => (e.Operation, e.Pass) == (operation, pass));
            return (entry.FloatingPointOperations, entry.Bytes);
        }
    }

    private ProfileEntry[] Profile(Func<Step, Tensor> apply, Action? update = null)
    {
        using var profile = new OperationProfile(_device);
        using (var step = new Step(_device, training: true))
        {
            step.Backward(Reduction.Sum(step, apply(step)));
            update?.Invoke();
        }

        _tensors.ForEach(tensor => tensor.ClearGradient());
        return [.. profile.Entries];
    }

    private Tensor Trained(TensorShape shape, int channelBlock = 1)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Elements).Select(i => 0.01f * (i % 7))];
        var tensor = Tensor.Persistent(_device, shape, values, channelBlock, requiresGradient: true, name: "x");
        _tensors.Add(tensor);
        return tensor;
    }
}
