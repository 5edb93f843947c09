using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Tests.Mutations;

namespace SegFromScratch.Tests.Documentation;

/// <summary>What docs/debugging.md says is so: its numbers are computed again, its messages are provoked, its listing is what the translator emits.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DebuggingPageTests : IDisposable
{
    private const string ConvolutionFile = "Kernels/Convolution/ConvolutionKernels.cs";
    private static readonly TensorShape s_shape = new(1, 1, 3, 3);
    private static readonly string s_page = ReadPage();

    private readonly DebugDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Test]
    public void One_output_element_by_hand()
    {
        using var step = new Step(_device, training: true);
        Tensor x = step.Input(s_shape, DebuggingExampleCheck.OneToNine, "x", requiresGradient: true);
        Tensor weight = step.Input(s_shape, DebuggingExampleCheck.OneToNine, "weight", requiresGradient: true);
        Tensor bias = step.Input(TensorShape.Scalar, [DebuggingExampleCheck.Bias], "bias", requiresGradient: true);

        Tensor y = Convolution.Apply(step, x, weight, bias, ConvolutionOptions.Symmetric(1));
        Assert.That(y.ToArray(), Is.EqualTo(new float[] { 100, 160, 112, 192, 291, 192, 112, 160, 100 }));

        Tensor cotangent = step.Input(s_shape, [1, 0, 0, 0, 0, 0, 0, 0, 0], "cotangent");
        step.Backward(y, cotangent);
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 5, 6, 0, 8, 9, 0, 0, 0, 0 }));
        Assert.That(weight.Gradient!.ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 2, 0, 4, 5 }));
        Assert.That(bias.Gradient!.ToArray(), Is.EqualTo(new float[] { 1 }));
    }

    [Test]
    public void The_page_shows_the_output()
    {
        Assert.That(s_page, Does.Contain("1 2 3\n4 5 6\n7 8 9\n"));
        Assert.That(s_page, Does.Contain("100 160 112\n192 291 192\n112 160 100\n"));
        Assert.That(s_page, Does.Contain("Name=" + nameof(One_output_element_by_hand)));
    }

    [Test]
    public void The_table_is_the_sum_of_the_first_element()
    {
        var expected = new List<string[]>();
        int sum = 0;
        for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++)
        {
            (int y, int x, int weight) = (r - 1, s - 1, 1 + (3 * r) + s);
            bool isInside = y >= 0 && x >= 0;
            int pixel = 1 + (3 * y) + x;
            sum += isInside ? weight * pixel : 0;
            expected.Add([$"{r}", $"{s}", $"{y}", $"{x}", $"{weight}", isInside ? $"{pixel}" : "outside", isInside ? $"{weight * pixel}" : "", $"{sum}"]);
        }

        string[][] rows = [.. s_page.Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line[1..^1].Split('|', StringSplitOptions.TrimEntries))];
        Assert.That(rows, Is.EqualTo(expected));
        Assert.That(s_page, Does.Contain($"writes {sum} + 6 = {sum + 6}."));
    }

    [Test]
    public void The_page_shows_the_emitted_loops()
    {
        string listing = s_page.Split("```c\n")[1].Split("```")[0];
        KernelDefinition kernel = KernelCatalog.Of(typeof(Convolution).Assembly).Single(kernel => kernel.Name == "ConvolutionKernels.Forward");
        Assert.That(kernel.OpenCl, Does.Contain(listing));
    }

    [TestCase("- shape.PaddingLeft + (s", "+ (s", "291 against 192")]
    [TestCase("output.Data[index] = bias.Length > 0 ? sum + bias[at.C] : sum;", "", "NaN against 100")]
    public void A_check_that_fails_says_what_the_page_shows(string original, string replacement, string numbers)
    {
        using Mutant mutant = Break(original, replacement);
        string? failure = Check(mutant).Select(result => result.Failure).First(failure => failure is not null);
        Assert.That(failure, Does.EndWith(numbers));
        Assert.That(s_page, Does.Contain("\n" + failure + "\n"));
    }

    [Test]
    public void A_row_outside_is_reported_as_the_page_shows()
    {
        using Mutant mutant = Break("y >= shape.InputHeight", "y > shape.InputHeight");
        KernelFaultException fault = Assert.Throws<KernelFaultException>(() => Check(mutant).Last())!;
        Assert.That(fault.Message, Does.StartWith("row 3 is outside 0..2"));
        Assert.That(s_page, Does.Contain("\n" + fault.Message + "\n"));
    }

    [Test]
    public void An_index_outside_is_reported_as_the_page_shows()
    {
        var weights = new ArrayView<float>(_device.Pool.Rent(9 * sizeof(float), MemoryClass.Workspace, "weights"), 0, 9);
        KernelFaultException fault = Assert.Throws<KernelFaultException>(() => RunGroup(() => weights[Group.IdxX == 2 ? 9 : Group.IdxX] = 0))!;
        Assert.That(s_page, Does.Contain("\n" + fault.Message + "\n"));
    }

    [Test]
    public void A_barrier_left_out_is_reported_as_the_page_shows()
    {
        KernelFaultException fault = Assert.Throws<KernelFaultException>(() => RunGroup(() =>
        {
            if (Group.IdxX != 2)
                Group.Barrier();
        }))!;
        const string Place = "work-item";
        string upToTheWorkItem = fault.Message[..(fault.Message.LastIndexOf(Place, StringComparison.Ordinal) + Place.Length)];
        Assert.That(s_page, Does.Contain("\n" + upToTheWorkItem + "\n"));
    }

    [Test]
    public void A_data_race_is_reported_as_the_page_shows()
    {
        KernelFaultException fault = Assert.Throws<KernelFaultException>(() => RunGroup(() =>
        {
            ArrayView<float> tile = SharedMemory.Allocate<float>(4);
            float sum = 0;
            float x = Group.IdxX;
#line 12 "SampleKernels.cs"
            tile[Group.IdxX] = x;
            sum += tile[3 - Group.IdxX];
#line default
        }))!;
        Assert.That(s_page, Does.Contain("\n" + fault.Message + "\n"));
    }

    private static void RunGroup(Action kernel)
    {
        var definition = new KernelDefinition
        {
            Name = "SampleKernels.Sum", EntryPoint = "Sum", OpenCl = null, Cuda = null, CSharp = "", IsImplicitlyGrouped = false, UsesBarrier = true,
        };
        DebugDevice.Run(definition, new LaunchSize(1, 4), kernel);
    }

    private static string ReadPage()
    {
        using var reader = new StreamReader(typeof(DebuggingPageTests).Assembly.GetManifestResourceStream("Documentation/debugging.md")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    // Changes the first place where a snippet occurs, which lies in Forward.
    private static Mutant Break(string original, string replacement)
    {
        string text = KernelSources.Original.Text(ConvolutionFile);
        int place = text.IndexOf(original, StringComparison.Ordinal);
        Assert.That(place, Is.Positive, original);
        Assert.That(place, Is.LessThan(text.IndexOf("void BackwardInput", StringComparison.Ordinal)), original);
        return new Mutant(KernelSources.Original.Compile(ConvolutionFile, text.Remove(place, original.Length).Insert(place, replacement)));
    }

    private IEnumerable<(string What, string? Failure)> Check(Mutant mutant) => mutant.Check(DebuggingExampleCheck.Operation, _device, channelBlock: 1);
}
