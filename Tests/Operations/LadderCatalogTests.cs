using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Tests.Operations;

/// <summary>Which rungs each ladder has. <see cref="LadderTests"/> runs those that it finds: one that went missing would be a test that nobody misses.</summary>
public sealed class LadderCatalogTests
{
    private const string Gpu = "Naive, SharedTiles, RegisterTiles, VectorTiles";
    private const string TensorCores = Gpu + ", TensorFloat32, BFloat16";
    private const string NothingToShare = "Naive, RegisterTiles, VectorTiles";

    [TestCase("convolution", "1,2,5,6,3,3,1,1", "forward, input gradient, weight gradient", TensorCores)]
    [TestCase("matrix-product", "5,6,7", "product", TensorCores)]
    [TestCase("depthwise", "1,2,5,6,3,1,1", "forward, input gradient, weight gradient", Gpu)]
    [TestCase("batch-normalization", "2,3,5,7", "statistics, gradient sums", Gpu)]
    [TestCase("batch-normalization", "2,3,5,7", "normalize, input gradient", NothingToShare)]
    [TestCase("softmax", "1,5,3,4", "forward", Gpu)]
    [TestCase("softmax", "1,5,3,4", "input gradient", NothingToShare)]
    [TestCase("concatenation", "2,3,5,3,7", "forward, second input's gradient", NothingToShare)]
    [TestCase("dropout", "2,5,3,7", "single elements, whole channels", NothingToShare)]
    [TestCase("cross-entropy", "1,5,3,4", "losses, logits gradient", NothingToShare)]
    public void Ladders_have_their_rungs_and_each_rung_a_kernel(string name, string shape, string passes, string rungs)
    {
        using var device = new CpuDevice(1);
        LadderPass[] named = [.. LadderCatalog.All.Single(ladder => ladder.Name == name).Passes(shape).Where(pass => passes.Split(", ").Contains(pass.Name))];
        Assert.That(named.Select(pass => pass.Name), Is.EqualTo(passes.Split(", ")));
        foreach (LadderPass pass in named)
        {
            Assert.That(string.Join(", ", pass.Rungs.Order()), Is.EqualTo(rungs), pass.Name);

            // The precision of tensor cores is a constant of one kernel.
            KernelDefinition[] kernels = [.. pass.Rungs.Where(rung => rung != Rung.BFloat16).Select(rung => pass.Kernel(device, rung))];
            Assert.That(kernels, Is.Unique, pass.Name);
            Assert.That(kernels.Select(kernel => kernel.OpenCl ?? kernel.Cuda), Has.None.Null, pass.Name);
        }
    }
}
