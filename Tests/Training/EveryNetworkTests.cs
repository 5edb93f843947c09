using System.Security.Cryptography;
using System.Runtime.InteropServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

/// <summary>Every network of the catalogue learns from real pictures, and does it twice the same.</summary>
[NonParallelizable]
public sealed class EveryNetworkTests
{
    private const int Steps = 20;

    // Narrow networks on two small pictures: what differs between networks is how they are wired, not how wide they are.
    private const int BaseFilters = 8;

    private static IEnumerable<string> Names => ModelCatalog.Models.Keys;

    [TestCaseSource(nameof(Names))]
    public void A_network_learns_in_20_steps_and_twice_to_the_same_bits(string name)
    {
        (float[] losses, string weights) = Train(name, 2);
        (float[] again, string sameWeights) = Train(name, 1);
        float first = losses[..4].Average(), last = losses[^4..].Average();
        TestContext.Out.WriteLine($"{name}: {losses[0]:f3}, mean of the first four {first:f3}, of the last four {last:f3}");
        Assert.Multiple(() =>
        {
            Assert.That(last, Is.LessThan(0.95f * first));
            Assert.That(again, Is.EqualTo(losses));
            Assert.That(sameWeights, Is.EqualTo(weights));
        });
    }

    private static (float[] Losses, string Weights) Train(string name, int threads)
    {
        using var device = new CpuDevice(threads);
        SegmentationModel model = RealPictures.Network(name, device, BaseFilters);
        Batch batch = RealPictures.BatchOf(RealPictures.Open(2), RealPictures.TransformFor(model, 48, 40));
        Trainer trainer = RealPictures.Trainer(model);
        float[] losses = [.. Enumerable.Range(0, Steps).Select(step => trainer.Learn(batch, step, 1e-3))];
        return (losses, Digest(model));
    }

    private static string Digest(SegmentationModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, var parameter) in model.Parameters())
            hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.ToArray().AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
