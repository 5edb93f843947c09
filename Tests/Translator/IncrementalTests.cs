using Microsoft.CodeAnalysis;

namespace SegFromScratch.Tests.Translator;

public sealed class IncrementalTests
{
    private const string Source = """
        using SegFromScratch.Engine.Dialect;
        public static class SampleKernels
        {
            /// <summary>Sets all <paramref name="x"/> to one.</summary>
            [Kernel] public static void One(Index1D index, ArrayView<float> x) { x[index] = 1f; }
            [Kernel] public static void Two(Index1D index, ArrayView<float> x) { x[index] = 2f; }
        }
        """;

    [Test]
    public void Unchanged_kernels_keep_their_results()
    {
        GeneratorRun run = new GeneratorRun().Run(Source).Run("class Other { }", "Other.cs");
        Assert.That(run.Reasons, Is.All.AnyOf(IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached));
        Assert.That(run.Reasons, Has.Length.EqualTo(2));
    }

    [Test]
    public void Only_the_changed_kernel_is_new()
    {
        GeneratorRun run = new GeneratorRun().Run(Source).Run(Source.Replace("2f", "3f", StringComparison.Ordinal));
        Assert.That(run.Reasons, Is.EqualTo(new[] { IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified }));
    }

    [Test]
    public void The_summary_stands_above_the_text() =>
        Assert.That(new GeneratorRun().Run(Source).Files["SampleKernels.One.g.cs"], Does.Contain("// Sample.cs: SampleKernels.One\n            // Sets all x to one.\n"));
}
