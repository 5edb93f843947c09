using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.MatrixProduct;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Operations;

/// <summary>Every rung of every ladder on every device against the definition in double; on debug the race detector watches.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Usable))]
public sealed class LadderTests(string deviceName) : DeviceFixture(deviceName, channelBlock: 1)
{
    private const double Tolerance = 2e-5;

    // The threads of a group take turns on debug, which costs microseconds at each barrier.
    private const long MostOnDebug = 32_000;

    // Rows, terms and columns: below, on and off the tiles of each rung, whose largest are 64 x 128 and 32 columns with 256 terms.
    private static readonly (int Planes, int Rows, int Inner, int Columns)[] s_products =
        [(1, 1, 1, 1), (3, 5, 7, 9), (1, 16, 16, 16), (1, 67, 9, 131), (2, 64, 8, 128), (1, 12, 20, 36), (1, 9, 261, 33), (1, 130, 3, 2)];

    private static readonly (string Name, TensorShape Input, TensorShape Weight, ConvolutionOptions Options)[] s_convolutions =
    [
        ("one pixel", new(1, 1, 1, 1), new(1, 1, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("1x1", new(2, 5, 3, 7), new(6, 5, 1, 1), ConvolutionOptions.Default),
        ("3x3", new(2, 5, 7, 9), new(9, 5, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("3x3 on rows of vectors", new(2, 3, 5, 33), new(8, 3, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("3x3 on rows of whole vectors", new(1, 2, 3, 32), new(3, 2, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("more rows than a tile, more terms than a panel", new(1, 70, 6, 6), new(66, 70, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("stride 2 same", new(1, 4, 8, 9), new(5, 4, 3, 3), ConvolutionOptions.Same(stride: 2)),
        ("5x5 stride 3 valid", new(2, 3, 12, 38), new(2, 3, 5, 5), ConvolutionOptions.Valid(stride: 3)),
        ("dilation 6", new(1, 3, 7, 37), new(4, 3, 3, 3), ConvolutionOptions.Symmetric(6, dilation: 6)),
        ("dilation 18 on few pixels", new(1, 2, 5, 6), new(3, 2, 3, 3), ConvolutionOptions.Symmetric(18, dilation: 18)),
        ("many filters with a stride", new(1, 1, 7, 8), new(36, 1, 3, 3), ConvolutionOptions.Same(stride: 2)),
        ("many channels with a stride", new(1, 34, 4, 5), new(1, 34, 3, 3), ConvolutionOptions.Same(stride: 2)),
        ("many filters in dilated groups", new(1, 2, 4, 5), new(68, 1, 3, 3), ConvolutionOptions.Symmetric(2, dilation: 2, groups: 2)),
        ("few filters, more terms than a panel", new(1, 31, 2, 3), new(2, 31, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("more taps than a panel", new(1, 2, 18, 19), new(3, 2, 17, 17), ConvolutionOptions.Symmetric(8)),
        ("2 groups", new(2, 8, 5, 17), new(10, 4, 3, 3), ConvolutionOptions.Symmetric(1, groups: 2)),
        ("depthwise", new(2, 5, 9, 18), new(5, 1, 3, 3), ConvolutionOptions.Symmetric(1, groups: 5)),
        ("depthwise with a stride", new(1, 3, 8, 9), new(3, 1, 3, 3), ConvolutionOptions.Same(stride: 2) with { Groups = 3 }),
        ("many pixels", new(2, 2, 46, 47), new(4, 2, 3, 3), ConvolutionOptions.Symmetric(1)),
        ("all options differ by axis", new(1, 4, 9, 8), new(4, 2, 3, 2), new ConvolutionOptions
        {
            StrideY = 2, StrideX = 3, DilationY = 1, DilationX = 2, Groups = 2, Padding = new WindowPadding(Top: 0, Bottom: 2, Left: 3, Right: 1),
        }),
    ];

    // Ladders that say themselves what must come out; sizes below, on and off every tile.
    private static readonly Dictionary<string, string[]> s_shapes = new()
    {
        ["depthwise"] = ["1,1,1,1,3,1,1", "2,3,5,7,3,1,1", "1,2,9,66,3,1,1", "1,2,17,33,5,1,1", "2,3,12,38,3,2,1", "1,2,19,40,3,3,2", "1,1,4,5,3,1,18"],
        ["batch-normalization"] = ["1,1,1,2", "2,3,5,7", "1,2,16,32", "3,2,1,515", "1,2,65,66"],
        ["softmax"] = ["1,1,1,1", "2,5,3,7", "1,33,4,5", "1,21,1,300", "2,2,16,16"],
        ["dropout"] = ["1,1,1,1", "2,5,3,7", "1,3,1,4099", "2,2,16,17"],
        ["concatenation"] = ["1,1,1,1,1", "2,3,5,3,7", "3,4,2,4,5", "1,1,2,1,4099"],
        ["cross-entropy"] = ["1,1,1,1", "2,5,3,7", "1,33,4,5", "1,21,1,300", "2,2,16,16"],
    };

    private static readonly Rung[] s_rungs = Enum.GetValues<Rung>();

    public static IEnumerable<TestCaseData> Products =>
        from rung in s_rungs
        from size in s_products
        from transposed in (bool[])[false, true]
        select new TestCaseData(rung, size.Planes, size.Rows, size.Inner, size.Columns, transposed);

    public static IEnumerable<TestCaseData> Convolutions =>
        from rung in s_rungs
        from i in Enumerable.Range(0, s_convolutions.Length)
        where ConvolutionLadder.Supports(rung, Shape(i))
        select new TestCaseData(rung, i).SetArgDisplayNames($"{rung}", s_convolutions[i].Name);

    public static IEnumerable<TestCaseData> Shapes =>
        from ladder in LadderCatalog.All
        where s_shapes.ContainsKey(ladder.Name)
        from shape in s_shapes[ladder.Name]
        from rung in ladder.Passes(shape).SelectMany(pass => pass.Rungs).Distinct().Order()
        select new TestCaseData(ladder.Name, rung, shape);

    [TestCaseSource(nameof(Shapes))]
    public void Passes_agree_with_their_definition(string name, Rung rung, string shape)
    {
        IgnoreWithoutForm(rung);
        LadderPass[] passes = [.. LadderCatalog.All.Single(ladder => ladder.Name == name).Passes(shape).Where(pass => pass.Rungs.Contains(rung))];
        IgnoreOnDebug(rung, passes.Min(pass => pass.FloatingPointOperations));
        Assert.Multiple(() =>
        {
            foreach (LadderPass pass in passes.Where(pass => !IsLongOnDebug(rung, pass.FloatingPointOperations)))
            {
                using Step step = Begin(training: false);
                HostTensor<double> expected = pass.Reference(pass.Inputs);
                Tensor output = step.Create(expected.Shape, pass.Name);
                pass.Run(Device, rung, [.. pass.Inputs.Select(input => Upload(step, input))], output);
                AssertClose(output, expected);
            }
        });
    }

    [Test]
    public void Every_ladder_is_tested() =>
        Assert.That(LadderCatalog.All.Select(ladder => ladder.Name), Is.EquivalentTo([.. s_shapes.Keys, "convolution", "matrix-product"]));

    [TestCaseSource(nameof(Products))]
    public void Matrix_products_agree_with_the_reference(Rung rung, int planes, int rows, int inner, int columns, bool transposed)
    {
        IgnoreWithoutForm(rung);
        IgnoreOnDebug(rung, 2L * planes * rows * inner * columns);
        var random = new CheckRandom($"{planes} {rows} {inner} {columns}");
        HostTensor<double> a = random.Normal(new(1, planes, rows, inner)), b = random.Normal(new(1, planes, inner, columns));
        using Step step = Begin(training: false);
        Tensor left = Upload(step, transposed ? Transpose(a) : a), right = Upload(step, transposed ? Transpose(b) : b);
        MatrixProductShape shape = MatrixProductShape.Create(left.Shape, right.Shape, transposed, transposed);
        Tensor output = step.Create(new TensorShape(1, planes, rows, columns), "output");
        MatrixProductLadder.Run(Device, rung, shape, left.Data, right.Data, output.Data);
        AssertClose(output, MatrixProductReference.Forward(Rounding.Of(rung, a), Rounding.Of(rung, b)));
    }

    [TestCaseSource(nameof(Convolutions))]
    public void Convolutions_agree_with_the_reference_in_every_pass(Rung rung, int index)
    {
        IgnoreWithoutForm(rung);
        (string name, TensorShape inputShape, TensorShape weightShape, _) = s_convolutions[index];
        ConvolutionShape shape = Shape(index);
        IgnoreOnDebug(rung, shape.FloatingPointOperations);
        var random = new CheckRandom(name);
        HostTensor<double> x = random.Normal(inputShape), w = random.Normal(weightShape), bias = random.Normal(TensorShape.Vector(weightShape.Batch)), d = random.Normal(shape.Output);
        using Step step = Begin(training: false);
        Tensor input = Upload(step, x), weight = Upload(step, w), outputGradient = Upload(step, d);
        Tensor output = step.Create(shape.Output, "output"), inputGradient = step.Create(inputShape, "input gradient"), weightGradient = step.Create(weightShape, "weight gradient");
        ConvolutionLadder.Forward(Device, rung, shape, input.View, weight.View, Upload(step, bias).Data, output.View);
        Tensor cut = step.Create(shape.Output, "output that is at least 0.25");
        ConvolutionLadder.Forward(Device, rung, shape, input.View, weight.View, default, cut.View, floor: 0.25f);
        Tensor sum = step.Create(shape.Output, "output and a summand");
        if (ConvolutionLadder.Adds(rung, shape))
            ConvolutionLadder.Forward(Device, rung, shape, input.View, weight.View, Upload(step, bias).Data, sum.View, floor: 0.25f, outputGradient.Data);
        ConvolutionLadder.BackwardInput(Device, rung, shape, weight.View, outputGradient.View, inputGradient.View);
        ConvolutionLadder.BackwardWeight(Device, rung, shape, input.View, outputGradient.View, weightGradient.View);
        Assert.Multiple(() =>
        {
            AssertClose(output, ConvolutionReference.Forward(shape, Rounding.Of(rung, x), Rounding.Of(rung, w), bias));
            if (rung != Rung.Naive)
                AssertClose(cut, new HostTensor<double>(shape.Output, [.. ConvolutionReference.Forward(shape, Rounding.Of(rung, x), Rounding.Of(rung, w), null).Values.Select(value => Math.Max(value, 0.25))]));
            if (ConvolutionLadder.Adds(rung, shape))
                AssertClose(sum, new HostTensor<double>(shape.Output, [.. ConvolutionReference.Forward(shape, Rounding.Of(rung, x), Rounding.Of(rung, w), bias).Values.Zip(d.Values, (value, summand) => Math.Max(value + summand, 0.25))]));
            AssertClose(inputGradient, ConvolutionReference.BackwardInput(shape, Rounding.Of(rung, w), Rounding.Of(rung, d)));
            AssertClose(weightGradient, ConvolutionReference.BackwardWeight(shape, Rounding.Of(rung, x), Rounding.Of(rung, d)));
        });
    }

    [Test]
    public void Each_device_takes_its_rung()
    {
        ConvolutionShape ordinary = ConvolutionShape.Create(new(1, 8, 9, 9), new(8, 8, 3, 3), ConvolutionOptions.Symmetric(1));
        ConvolutionShape multiplied = ConvolutionShape.Create(new(1, 8, 9, 9), new(16, 1, 3, 3), ConvolutionOptions.Symmetric(1, groups: 8));
        ConvolutionShape depthwise = ConvolutionShape.Create(new(1, 8, 9, 9), new(8, 1, 3, 3), ConvolutionOptions.Symmetric(1, groups: 8));
        Rung expected = Device is CompiledDevice compiled ? compiled.IsProcessor ? Rung.VectorTiles : Rung.RegisterTiles : Rung.Naive;
        var plain = new TensorLayout(ordinary.Input, 1);
        var blocked = new TensorLayout(ordinary.Input, 4);
        Assert.Multiple(() =>
        {
            Assert.That(ConvolutionLadder.Choose(Device, ordinary, plain, plain), Is.EqualTo(expected));
            Assert.That(ConvolutionLadder.Choose(Device, ordinary, blocked, plain), Is.EqualTo(Rung.Naive), "the fast rungs know channel block 1 alone");
            Assert.That(ConvolutionLadder.Choose(Device, depthwise, plain, plain), Is.EqualTo(expected));
            Assert.That(ConvolutionLadder.Choose(Device, multiplied, plain, plain), Is.EqualTo(Rung.Naive), "one channel a group that makes two fills no tile");
        });
        Device.NaiveKernels = true;
        Assert.That(ConvolutionLadder.Choose(Device, ordinary, plain, plain), Is.EqualTo(Rung.Naive));
        Device.NaiveKernels = false;
    }

    private static ConvolutionShape Shape(int index)
    {
        (_, TensorShape input, TensorShape weight, ConvolutionOptions options) = s_convolutions[index];
        return ConvolutionShape.Create(input, weight, options);
    }

    private void IgnoreWithoutForm(Rung rung)
    {
        if (RungChoice.Rounds(rung) && Device.Name.StartsWith("opencl", StringComparison.Ordinal))
            Assert.Ignore("tensor cores are NVIDIA's and have no OpenCL form");
        if (rung == Rung.VectorTiles && Device.Name == "cuda")
            Assert.Ignore("vector tiles are for processors and have no CUDA form");
    }

    private void IgnoreOnDebug(Rung rung, long operations)
    {
        if (IsLongOnDebug(rung, operations))
            Assert.Ignore("smaller cases show the same on debug");
    }

    private bool IsLongOnDebug(Rung rung, long operations) => rung is not (Rung.Naive or Rung.VectorTiles) && Device.Name == "debug" && operations > MostOnDebug;

    private static Tensor Upload(Step step, HostTensor<double> values) => step.Input(values.Shape, Array.ConvertAll(values.Values, value => (float)value), "x");

    private static HostTensor<double> Transpose(HostTensor<double> matrix)
    {
        TensorShape shape = matrix.Shape;
        var result = new HostTensor<double>(new(shape.Batch, shape.Channels, shape.Width, shape.Height));
        for (int c = 0; c < shape.Channels; c++)
        for (int y = 0; y < shape.Height; y++)
        for (int x = 0; x < shape.Width; x++)
            result[0, c, x, y] = matrix[0, c, y, x];
        return result;
    }

    private static void AssertClose(Tensor actual, HostTensor<double> expected)
    {
        (double error, string detail) = Comparison.RelativeToLargest(Array.ConvertAll(actual.ToArray(), value => (double)value), expected.Values, expected.Shape);
        if (!(error <= Tolerance))
            Assert.Fail($"{actual.Name} differs by {error:g3} {detail}");
    }
}
