using SegFromScratch.Engine.Devices.Debug;

namespace SegFromScratch.Tests.Mutations;

/// <summary>
/// Tests of the checks: each deliberate mistake in a kernel, a reference or the tape must turn a comparison red.
/// The tree is not touched; a copy with the mistake is compiled in memory and checks itself on the debug device.
/// </summary>
public sealed class MutationTests : IDisposable
{
    private readonly Lazy<KernelSources> _sources = new(() => new KernelSources());
    private readonly DebugDevice _device = new();

    public static IEnumerable<TestCaseData> Cases =>
        MutationCatalog.All.Select(mutation => new TestCaseData(mutation).SetArgDisplayNames($"{mutation.Operation}: {mutation.Name}"));

    public void Dispose() => _device.Dispose();

    [TestCaseSource(nameof(Cases))]
    public void A_mistake_turns_the_checks_red(Mutation mutation)
    {
        string text = _sources.Value.Text(mutation.File);
        Assert.That(text.Split(mutation.Original), Has.Length.EqualTo(2), $"'{mutation.Original}' must occur exactly once in {mutation.File}");
        using var mutant = new Mutant(_sources.Value.Compile(mutation.File, text.Replace(mutation.Original, mutation.Replacement, StringComparison.Ordinal)));
        (string what, string? failure) = mutant.Check(mutation.Operation, _device).FirstOrDefault(result => result.Failure is not null);
        Assert.That(failure, Is.Not.Null, "every check holds in spite of the mistake");
        Assert.That(what, Is.EqualTo(mutation.Red), failure);
    }

    [Test]
    public void Without_a_mistake_every_check_holds()
    {
        using var copy = new Mutant(_sources.Value.Compile());
        foreach (string operation in MutationCatalog.All.Select(mutation => mutation.Operation).Distinct())
        {
            (string, string? Failure)[] results = [.. copy.Check(operation, _device)];
            Assert.That(results, Is.Not.Empty, operation);
            Assert.That(results.Select(result => result.Failure), Is.All.Null, operation);
        }
    }
}
