using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;

namespace SegFromScratch.Tests.Cpu;

/// <summary>Batch normalisation of the cpu device against the formulas in double.</summary>
[TestFixture]
internal sealed class BatchNormalizationCpuTests
{
    private const float Epsilon = 1e-3f;
    private const float Momentum = 0.1f;

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (int c in new[] { 1, 3, 4, 7, 8, 9, 16, 17, 33 })
        foreach (bool relu in new[] { false, true })
            yield return new TestCaseData(new TensorShape(2, c, 7, 9), relu, 1.0);
        yield return new TestCaseData(new TensorShape(1, 8, 1, 2), true, 1.0);
        yield return new TestCaseData(new TensorShape(3, 16, 1, 1), true, 1.0);
        yield return new TestCaseData(new TensorShape(2, 8, 97, 113), true, 1.0);
        yield return new TestCaseData(new TensorShape(1, 20, 129, 65), false, 1.0);

        // Mean 500 times the deviation, where a single sum of squares in single precision has no right digit left.
        yield return new TestCaseData(new TensorShape(2, 17, 61, 70), true, 500.0);
    }

    [TestCaseSource(nameof(Cases))]
    public void Forward_and_backward_agree_with_the_formulas(TensorShape shape, bool relu, double mean)
    {
        HostTensor input = HostTensor.Random(shape, 1);
        for (int i = 0; i < input.Values.Length; i++)
            input.Values[i] += (float)mean;
        HostTensor gradient = HostTensor.Random(shape, 2);
        HostTensor gamma = HostTensor.Random(TensorShape.Vector(shape.Channels), 3);
        HostTensor beta = HostTensor.Random(TensorShape.Vector(shape.Channels), 4);
        using var device = new CpuDevice(2);
        int block = device.ChannelBlock(shape.Channels);
        TensorShape vector = TensorShape.Vector(shape.Channels);
        TensorView x = input.On(device, block), g = gradient.On(device, block);
        TensorView output = HostTensor.Unwritten(device, shape, block), inputGradient = HostTensor.Unwritten(device, shape, block);
        ArrayView<float> gammas = gamma.On(device, 1).Data, betas = beta.On(device, 1).Data;
        HostTensor one = new(vector);
        Array.Fill(one.Values, 1f);
        TensorView runningMean = one.On(device, 1), runningVariance = one.On(device, 1);
        TensorView means = HostTensor.Unwritten(device, vector, 1), inverse = HostTensor.Unwritten(device, vector, 1);
        TensorView betaGradient = HostTensor.Unwritten(device, vector, 1), gammaGradient = HostTensor.Unwritten(device, vector, 1);
        TensorView frozenGradient = HostTensor.Unwritten(device, shape, block);

        BatchNormalizationCpu.Statistics(device, x, Momentum, Epsilon, runningMean.Data, runningVariance.Data, means.Data, inverse.Data);
        BatchNormalizationCpu.Normalize(device, x, default, gammas, betas, means.Data, inverse.Data, relu, output);
        BatchNormalizationCpu.BackwardParameters(device, x, default, g, gammas, betas, means.Data, inverse.Data, relu, default, betaGradient.Data, gammaGradient.Data);
        BatchNormalizationCpu.BackwardInput(
            device, x, g, gammas, betas, means.Data, inverse.Data, relu, betaGradient.Data, gammaGradient.Data, inputGradient);
        BatchNormalizationCpu.BackwardInput(device, x, g, gammas, betas, means.Data, inverse.Data, relu, default, default, frozenGradient);

        var oracle = new BatchNormalizationOracle(input, gradient, gamma.Values, beta.Values, Epsilon, relu, HostTensor.Read(device, output));
        double scale = 1 + mean;
        Near(HostTensor.Read(device, means), oracle.Mean, 1e-7 * scale, "mean");
        Near(HostTensor.Read(device, inverse), oracle.InverseDeviation, 1e-6 * oracle.InverseDeviation.Max(), "inverse deviation");
        Near(HostTensor.Read(device, runningMean), [.. oracle.Mean.Select(m => 0.9 + (0.1 * m))], 1e-6 * scale, "running mean");
        Near(HostTensor.Read(device, runningVariance), [.. oracle.UnbiasedVariance.Select(v => 0.9 + (0.1 * v))], 1e-6, "running variance");
        double deviations = oracle.InverseDeviation.Max();
        Near(HostTensor.Read(device, output), oracle.Output, 3e-7 * scale * deviations, "output");
        double sums = gradient.Values.Length / shape.Channels * 3e-7 * scale * deviations;
        Near(HostTensor.Read(device, betaGradient), oracle.BetaGradient, sums, "gradient of beta");
        Near(HostTensor.Read(device, gammaGradient), oracle.GammaGradient, sums, "gradient of gamma");
        Near(HostTensor.Read(device, inputGradient), oracle.InputGradient, 3e-6 * scale * deviations, "gradient of the input");
        Near(HostTensor.Read(device, frozenGradient), oracle.FrozenGradient, 3e-6 * deviations, "gradient with constant statistics");
    }

    [Test]
    public void Without_gamma_beta_and_running_statistics_they_are_ones_zeros_and_left_alone()
    {
        var shape = new TensorShape(1, 4, 5, 6);
        HostTensor input = HostTensor.Random(shape, 1);
        using var device = new CpuDevice(1);
        TensorView x = input.On(device, 8), output = HostTensor.Unwritten(device, shape, 8);
        TensorView means = HostTensor.Unwritten(device, TensorShape.Vector(4), 1), inverse = HostTensor.Unwritten(device, TensorShape.Vector(4), 1);
        BatchNormalizationCpu.Statistics(device, x, Momentum, Epsilon, default, default, means.Data, inverse.Data);
        BatchNormalizationCpu.Normalize(device, x, default, default, default, means.Data, inverse.Data, relu: false, output);
        var oracle = new BatchNormalizationOracle(input, input, [1, 1, 1, 1], [0, 0, 0, 0], Epsilon, relu: false, HostTensor.Read(device, output));
        Near(HostTensor.Read(device, output), oracle.Output, 1e-6, "output");
    }

    [Test]
    public void The_number_of_threads_changes_no_bit()
    {
        float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using var device = new CpuDevice(threads);
            TensorShape vector = TensorShape.Vector(24);
            TensorView x = HostTensor.Random(new TensorShape(2, 24, 90, 100), 1).On(device, 16), y = HostTensor.Unwritten(device, x.Layout.Shape, 16);
            TensorView means = HostTensor.Unwritten(device, vector, 1), inverse = HostTensor.Unwritten(device, vector, 1);
            TensorView betaGradient = HostTensor.Unwritten(device, vector, 1), gammaGradient = HostTensor.Unwritten(device, vector, 1);
            BatchNormalizationCpu.Statistics(device, x, Momentum, Epsilon, default, default, means.Data, inverse.Data);
            BatchNormalizationCpu.Normalize(device, x, default, default, default, means.Data, inverse.Data, relu: true, y);
            BatchNormalizationCpu.BackwardParameters(device, x, default, y, default, default, means.Data, inverse.Data, relu: true, default, betaGradient.Data, gammaGradient.Data);
            TensorView sum = HostTensor.Unwritten(device, x.Layout.Shape, 16), rectified = HostTensor.Unwritten(device, x.Layout.Shape, 16);
            TensorView sums = HostTensor.Unwritten(device, vector, 1), products = HostTensor.Unwritten(device, vector, 1);
            BatchNormalizationCpu.Normalize(device, x, x.Data, default, default, means.Data, inverse.Data, relu: true, sum);
            BatchNormalizationCpu.BackwardParameters(device, x, sum.Data, x, default, default, means.Data, inverse.Data, relu: true, rectified.Data, sums.Data, products.Data);
            return new[] { y, means, inverse, betaGradient, gammaGradient, sum, rectified, sums, products }.SelectMany(view => HostTensor.Read(device, view).Values).ToArray();
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }

    // Blocks of 8 and 16, an odd number of pixels, and more than a ticket's 4096.
    [TestCase(2, 4, 7, 9)]
    [TestCase(3, 16, 5, 5)]
    [TestCase(2, 24, 65, 67)]
    public void A_sum_in_the_same_pass_has_the_bits_of_an_addition_after_it(int batch, int channels, int height, int width)
    {
        var shape = new TensorShape(batch, channels, height, width);
        TensorShape vector = TensorShape.Vector(channels);
        using var device = new CpuDevice(2);
        int block = device.ChannelBlock(channels);
        TensorView New(TensorShape size, int blockOfNew) => HostTensor.Unwritten(device, size, blockOfNew);
        TensorView x = HostTensor.Random(shape, 1).On(device, block), a = HostTensor.Random(shape, 2).On(device, block), g = HostTensor.Random(shape, 3).On(device, block);
        ArrayView<float> gamma = HostTensor.Random(vector, 4).On(device, 1).Data, beta = HostTensor.Random(vector, 5).On(device, 1).Data;
        TensorView means = New(vector, 1), inverse = New(vector, 1);
        BatchNormalizationCpu.Statistics(device, x, Momentum, Epsilon, default, default, means.Data, inverse.Data);

        TensorView sum = New(shape, block), rectified = New(shape, block), sums = New(vector, 1), products = New(vector, 1);
        BatchNormalizationCpu.Normalize(device, x, a.Data, gamma, beta, means.Data, inverse.Data, relu: true, sum);
        BatchNormalizationCpu.BackwardParameters(device, x, sum.Data, g, gamma, beta, means.Data, inverse.Data, relu: true, rectified.Data, sums.Data, products.Data);

        TensorView normalized = New(shape, block), added = New(shape, block), cut = New(shape, block), sumsAfter = New(vector, 1), productsAfter = New(vector, 1);
        BatchNormalizationCpu.Normalize(device, x, default, gamma, beta, means.Data, inverse.Data, relu: false, normalized);
        AdditionCpu.ForwardRelu(device, normalized.Data, a.Data, added.Data);
        ActivationCpu.Backward(device, ActivationKind.Relu, added.Data, 0f, g.Data, cut.Data);
        BatchNormalizationCpu.BackwardParameters(device, x, default, cut, gamma, beta, means.Data, inverse.Data, relu: false, default, sumsAfter.Data, productsAfter.Data);
        foreach ((TensorView one, TensorView two, string what) in ((TensorView, TensorView, string)[])[(sum, added, "output"), (rectified, cut, "gradient of the summand"), (sums, sumsAfter, "gradient of beta"), (products, productsAfter, "gradient of gamma")])
            Assert.That(HostTensor.Read(device, one).Values, Is.EqualTo(HostTensor.Read(device, two).Values), what);
        Assert.That(HostTensor.Read(device, sum).Values, Has.Some.Zero.And.Some.Positive);

        // Gradients may take the memory of what they are made from.
        BatchNormalizationCpu.BackwardParameters(device, x, sum.Data, g, gamma, beta, means.Data, inverse.Data, relu: true, g.Data, sums.Data, products.Data);
        Assert.That(HostTensor.Read(device, g).Values, Is.EqualTo(HostTensor.Read(device, cut).Values));
    }

    private static void Near(HostTensor actual, double[] expected, double tolerance, string what)
    {
        double[] magnitudes = new double[expected.Length];
        Array.Fill(magnitudes, 1);
        actual.AssertNear(expected, magnitudes, tolerance, what);
    }
}
