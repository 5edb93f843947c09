using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Debug;

namespace SegFromScratch.Tests.Mutations;

/// <summary>
/// Tests of the checks: each deliberate mistake in a kernel, a reference or the tape must turn a comparison red.
/// The tree is not touched; a copy with the mistake is compiled in memory and checks itself on the debug device, SIMD code on the cpu device.
/// </summary>
public sealed class MutationTests : IDisposable
{
    // Four channels a block leave padded channels in most cases, so that a kernel that forgets to clear them is seen as well. SIMD code wants 16.
    private const int KernelBlock = 4;
    private const int SimdBlock = 16;

    private readonly DebugDevice _debug = new();
    private readonly CpuDevice _cpu = new(threads: 2);

    public static IEnumerable<TestCaseData> Cases =>
        MutationCatalog.All.Select(mutation => new TestCaseData(mutation).SetArgDisplayNames($"{mutation.Operation}: {mutation.Name}"));

    public void Dispose()
    {
        _debug.Dispose();
        _cpu.Dispose();
    }

    [TestCaseSource(nameof(Cases))]
    public void A_mistake_turns_the_checks_red(Mutation mutation)
    {
        string text = KernelSources.Original.Text(mutation.File);
        Assert.That(text.Split(mutation.Original), Has.Length.EqualTo(2), $"'{mutation.Original}' must occur exactly once in {mutation.File}");
        using var mutant = new Mutant(KernelSources.Original.Compile(mutation.File, text.Replace(mutation.Original, mutation.Replacement, StringComparison.Ordinal)));
        (string what, string? failure) = Check(mutant, mutation.Operation, mutation.IsSimd).FirstOrDefault(result => result.Failure is not null);
        Assert.That(failure, Is.Not.Null, "every check holds in spite of the mistake");
        Assert.That(what, Is.EqualTo(mutation.Red), failure);
    }

    [Test]
    public void Without_a_mistake_every_check_holds()
    {
        using var copy = new Mutant(KernelSources.Original.Compile());
        foreach ((string operation, bool isSimd) in MutationCatalog.All.Select(mutation => (mutation.Operation, mutation.IsSimd)).Distinct())
        {
            (string, string? Failure)[] results = [.. Check(copy, operation, isSimd)];
            Assert.That(results, Is.Not.Empty, operation);
            Assert.That(results.Select(result => result.Failure).OfType<string>(), Is.Empty);
        }
    }

    private IEnumerable<(string What, string? Failure)> Check(Mutant mutant, string operation, bool isSimd) =>
        isSimd ? mutant.Check(operation, _cpu, SimdBlock) : mutant.Check(operation, _debug, KernelBlock);
}
