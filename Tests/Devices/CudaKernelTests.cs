using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Cuda;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.MatrixProduct;
using SegFromScratch.Tests.Devices.StandIn;
using SegFromScratch.Tests.Operations;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Tests.Devices;

/// <summary>The CUDA text computes what it should: clang builds it for this processor, and the stand-in driver runs it, tensor-core instructions included.</summary>
[NonParallelizable]
public sealed class CudaKernelTests
{
    private const double Tolerance = 2e-5;
    private StandInDriver _driver = null!;
    private CudaDevice _device = null!;

    private static IEnumerable<Rung> Rungs => Enum.GetValues<Rung>().Where(rung => rung != Rung.VectorTiles);

    [OneTimeSetUp]
    public void Open()
    {
        _driver = StandInDriver.CreateOrIgnore();
        _device = _driver.Open();
    }

    [OneTimeTearDown]
    public void Close()
    {
        _device?.Dispose();
        _driver?.Dispose();
    }

    [TearDown]
    public void No_rule_of_CUDA_was_broken() => Assert.That(_driver.Faults, Is.Empty);

    [TestCaseSource(nameof(Rungs))]
    public void Matrix_products_of_every_rung(Rung rung)
    {
        var random = new CheckRandom("stand-in");
        HostTensor<double> a = random.Normal(new(1, 2, 67, 41)), b = random.Normal(new(1, 2, 41, 131));
        using Step step = new(_device, training: false, channelBlock: 1);
        Tensor left = Upload(step, a), right = Upload(step, b), output = step.Create(new TensorShape(1, 2, 67, 131), "product");
        MatrixProductLadder.Run(_device, rung, MatrixProductShape.Create(left.Shape, right.Shape), left.Data, right.Data, output.Data);
        AssertClose(output, MatrixProductReference.Forward(Rounding.Of(rung, a), Rounding.Of(rung, b)));
    }

    [TestCaseSource(nameof(Rungs))]
    public void Convolutions_of_every_rung(Rung rung)
    {
        TensorShape inputShape = new(2, 6, 9, 11), weightShape = new(70, 3, 3, 3);
        ConvolutionShape shape = ConvolutionShape.Create(inputShape, weightShape, ConvolutionOptions.Symmetric(2, stride: 2, dilation: 2, groups: 2));
        var random = new CheckRandom("stand-in");
        HostTensor<double> x = random.Normal(inputShape), w = random.Normal(weightShape), bias = random.Normal(TensorShape.Vector(70)), d = random.Normal(shape.Output);
        using Step step = new(_device, training: false, channelBlock: 1);
        Tensor input = Upload(step, x), weight = Upload(step, w), gradient = Upload(step, d);
        Tensor output = step.Create(shape.Output, "output"), byInput = step.Create(inputShape, "input gradient"), byWeight = step.Create(weightShape, "weight gradient");
        ConvolutionLadder.Forward(_device, rung, shape, input.View, weight.View, Upload(step, bias).Data, output.View);
        ConvolutionLadder.BackwardInput(_device, rung, shape, weight.View, gradient.View, byInput.View);
        ConvolutionLadder.BackwardWeight(_device, rung, shape, input.View, gradient.View, byWeight.View);
        Assert.Multiple(() =>
        {
            AssertClose(output, ConvolutionReference.Forward(shape, Rounding.Of(rung, x), Rounding.Of(rung, w), bias));
            AssertClose(byInput, ConvolutionReference.BackwardInput(shape, Rounding.Of(rung, w), Rounding.Of(rung, d)));
            AssertClose(byWeight, ConvolutionReference.BackwardWeight(shape, Rounding.Of(rung, x), Rounding.Of(rung, d)));
        });
    }

    [Test]
    public void A_network_learns_the_same_with_graphs_and_what_the_cpu_learns()
    {
        using var cpu = new CpuDevice(2);
        float[] expected = Losses(cpu), plain = Losses(_device);
        using CudaDevice graphs = _driver.Open();
        graphs.UseGraphs = true;
        float[] asGraph = Losses(graphs);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < expected.Length; i++)
                Assert.That(Math.Abs(plain[i] - expected[i]) / expected[i], Is.LessThan(1e-3), $"step {i}: {plain[i]} against {expected[i]}");
            Assert.That(asGraph, Is.EqualTo(plain));
            Assert.That(graphs.Graphs, Is.EqualTo((1, 2)), "five steps: two plain, one that prepares the graph, two that update it");
        });
    }

    [Test]
    public void Kernels_are_listed_by_their_time_with_the_share_outside()
    {
        var measured = new KernelTimeTable([new KernelTime("Convolution.Forward", 6, 0.003), new KernelTime("Addition.Add", 3, 0.001)], 0.005);
        Table table = KernelTimesTable.Create(measured, steps: 3, plain: 0.008, out string summary);
        Assert.That(table.Rows, Has.Count.EqualTo(2));
        Assert.That(summary, Does.Contain("1.33 ms a step in kernels").And.Contain("20.0").And.Contain("50.0").And.Contain("2.67 ms that a step takes unmeasured"));
    }

    // The first rungs: groups whose work-items wait for each other take the stand-in a hundred times longer, and every rung is compared above.
    private static float[] Losses(Device device)
    {
        device.NaiveKernels = true;
        TrainingSetup setup = TinyRun.Setup(device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = 2 });
        trainer.NextBatch = loader.PeekReady;
        var losses = new float[5];
        for (int step = 0; step < losses.Length; step++)
        {
            Batch batch = loader.Next();
            losses[step] = trainer.Learn(batch, step, 1e-3);
            loader.Return(batch);
        }

        return losses;
    }

    private static Tensor Upload(Step step, HostTensor<double> values) => step.Input(values.Shape, Array.ConvertAll(values.Values, value => (float)value), "x");

    private static void AssertClose(Tensor actual, HostTensor<double> expected)
    {
        (double error, string detail) = Comparison.RelativeToLargest(Array.ConvertAll(actual.ToArray(), value => (double)value), expected.Values, expected.Shape);
        if (!(error <= Tolerance))
            Assert.Fail($"{actual.Name} differs by {error:g3} {detail}");
    }
}
