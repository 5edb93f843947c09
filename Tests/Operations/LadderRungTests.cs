using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Tests.Operations;

/// <summary>The rungs that each pass of a ladder has. The other tests run what a ladder names: a rung that it named no longer would be missed by none of them.</summary>
public sealed class LadderRungTests
{
    private const string OfSums = "Naive SharedTiles RegisterTiles VectorTiles", ByNumber = "Naive RegisterTiles VectorTiles", OfProducts = OfSums + " TensorFloat32 BFloat16";

    [TestCase("matrix-product", "5,6,7", "product: " + OfProducts)]
    [TestCase("convolution", "1,2,5,6,3,3,1,1", "forward: " + OfProducts, "input gradient: " + OfProducts, "weight gradient: " + OfProducts)]
    [TestCase("depthwise", "1,2,5,6,3,1,1", "forward: " + OfSums, "input gradient: " + OfSums, "weight gradient: " + OfSums)]
    [TestCase("batch-normalization", "2,3,5,7", "statistics: " + OfSums, "normalize: " + ByNumber, "gradient sums: " + OfSums, "input gradient: " + ByNumber, "normalize and add: " + ByNumber, "gradient sums and summand: " + OfSums)]
    [TestCase("softmax", "1,5,3,4", "forward: " + OfSums, "input gradient: " + ByNumber)]
    [TestCase("cross-entropy", "1,5,3,4", "losses: " + ByNumber, "logits gradient: " + ByNumber)]
    [TestCase("dropout", "1,2,3,4", "single elements: " + ByNumber, "whole channels: " + ByNumber)]
    [TestCase("concatenation", "1,2,3,4,5", "forward: " + ByNumber, "second input's gradient: " + ByNumber)]
    public void No_pass_has_lost_a_rung_and_each_rung_has_its_own_kernel(string name, string shape, params string[] passes)
    {
        using var device = new CpuDevice(1);
        IReadOnlyList<LadderPass> found = LadderCatalog.All.Single(ladder => ladder.Name == name).Passes(shape);
        Assert.That(found.Select(pass => $"{pass.Name}: {string.Join(' ', pass.Rungs)}"), Is.EqualTo(passes));
        foreach (LadderPass pass in found)
        {
            // The precision of tensor cores is a constant of one kernel.
            KernelDefinition[] kernels = [.. pass.Rungs.Where(rung => rung != Rung.BFloat16).Select(rung => pass.Kernel(device, rung))];
            Assert.That(kernels, Is.Unique, pass.Name);
            Assert.That(kernels.Select(kernel => kernel.OpenCl ?? kernel.Cuda), Has.None.Null, pass.Name);
        }
    }

    [Test]
    public void Every_rung_of_the_convolution_meets_most_of_its_cases([Values] Rung rung) =>
        Assert.That(LadderTests.Convolutions.Count(each => Equals(each.Arguments[0], rung)), Is.GreaterThan(10));
}
