using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Apps;

/// <summary><c>seg lab</c> runs every rung of every ladder, and says what is wrong with what it was given.</summary>
[NonParallelizable]
public sealed class LabCommandTests
{
    [TestCase("matrix-product", "5,6,7")]
    [TestCase("convolution", "1,2,5,6,3,3,1,1")]
    [TestCase("depthwise", "1,2,5,6,3,1,1")]
    [TestCase("batch-normalization", "2,3,5,7")]
    [TestCase("softmax", "1,5,3,4")]
    [TestCase("cross-entropy", "1,5,3,4")]
    public void Every_rung_is_right(string name, string shape) =>
        Assert.That(CommandRun.Of("lab", name, "--shape", shape, "--device", "cpu", "--threads", "2").Status, Is.Zero);

    [Test]
    public void The_text_that_ran_is_shown()
    {
        var run = CommandRun.Of("lab", "matrix-product", "--shape", "5,6,7", "--rung", "Naive", "--device", "cpu", "--source");
        Assert.That(run.Status, Is.Zero);
        Assert.That(run.Output, Does.Contain("left[a + k * shape.LeftInnerStride] * right[b + k * shape.RightInnerStride]"));
    }

    [Test]
    public void On_opencl_its_text_is_shown_and_rungs_without_one_are_named()
    {
        if (!TestDevices.Usable.Contains("opencl"))
            Assert.Ignore("there is no OpenCL device");
        var run = CommandRun.Of("lab", "matrix-product", "--shape", "5,6,7", "--device", "opencl", "--source");
        Assert.That(run.Status, Is.Zero);
        Assert.That(run.Output, Does.Contain("without a form on opencl: TensorFloat32, BFloat16").And.Contain("__kernel void SharedTiles(").And.Contain("__kernel void VectorTiles("));
        Assert.That(CommandRun.Of("lab", "matrix-product", "--shape", "5,6,7", "--device", "opencl", "--rung", "BFloat16").Error, Does.StartWith("error: rung BFloat16 has no form on opencl"));
    }

    [TestCase("no ladder is named 'addition'", "addition")]
    [TestCase("'5,6' is not a shape of the form I,K,J", "matrix-product", "--shape", "5,6")]
    [TestCase("'5,0,7' is not a shape", "matrix-product", "--shape", "5,0,7")]
    public void Mistakes_are_named(string words, params string[] arguments)
    {
        var run = CommandRun.Of(["lab", .. arguments, "--device", "cpu"]);
        Assert.That(run.Status, Is.EqualTo(CommandRunner.Failure));
        Assert.That(run.Error, Does.StartWith("error: ").And.Contain(words));
    }

    [Test]
    public void A_result_that_is_no_number_is_not_right() =>
        Assert.That(new LadderResult(LadderCatalog.All[0].Passes(LadderCatalog.All[0].DefaultShapes[0])[0], Rung.Naive, double.NaN, 1).IsRight, Is.False);
}
