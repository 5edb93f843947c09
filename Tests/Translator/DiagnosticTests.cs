using Microsoft.CodeAnalysis;

namespace SegFromScratch.Tests.Translator;

/// <summary>What is not part of the kernel language is one error, with its number, at the place that is between « and ».</summary>
public sealed class DiagnosticTests
{
    [TestCase("SEG0002", "decimal «d»;")]
    [TestCase("SEG0003", "«foreach (int i in Range) { }»", "static readonly int[] Range = [];")]
    [TestCase("SEG0003", "«try { x[0] = 1f; } finally { }»")]
    [TestCase("SEG0003", "ref float «r = ref x[0]»;")]
    [TestCase("SEG0003", "x[0] = checked(«n + 1»);")]
    [TestCase("SEG0004", "x[0] = «System.Math.ILogB(2.0)»;")]
    [TestCase("SEG0004", "x[0] = «System.Environment.ProcessorCount»;")]
    [TestCase("SEG0005", "var a = LocalMemory.Allocate<float>(«n»);")]
    [TestCase("SEG0006", "if (n > 0) { var a = «SharedMemory.Allocate<float>(4)»; }")]
    [TestCase("SEG0007", "ArrayView<float> v = «n > 0 ? x : y»;")]
    [TestCase("SEG0007", "x[0] = «LocalMemory.Allocate<float>(4)»[0];")]
    [TestCase("SEG0007", "«x» = y;")]
    [TestCase("SEG0008", "x[«n++»] = 1f;")]
    [TestCase("SEG0008", "x[0] = «y[0] = 1f»;")]
    [TestCase("SEG0009", "x[0] = Twice(3);", "static int Twice(int i) => i <= 0 ? 0 : «Twice(i - 1)»;")]
    [TestCase("SEG0010", "x[0] = «Counter»;", "static int Counter;")]
    [TestCase("SEG0012", "if (Group.IdxX == 0) «Group.Barrier()»;")]
    [TestCase("SEG0012", "for (int i = Group.IdxX; i < 10; i++) { x[i] = 0; «Group.Barrier()»; }")]
    [TestCase("SEG0012", "if (x[Group.IdxX] > 0) return; «Group.Barrier()»; x[0] = 1;")]
    [TestCase("SEG0012", "for (int i = 0, j = Group.IdxX; i < 4; i++, j++) { x[j] = 0; «Group.Barrier()»; }")]
    [TestCase("SEG0012", "Wait();", "static void Wait() { «Group.Barrier()»; }")]
    [TestCase("SEG0013", "string «s»;")]
    [TestCase("SEG0014", "Pair pair = «default»;", "private struct Pair { public int A, B; }")]
    public void A_statement_is_refused(string rule, string statements, string members = "")
    {
        Check(rule, $$"""
            using SegFromScratch.Engine.Dialect;
            public static class SampleKernels
            {
                [Kernel]
                public static void Run(int n, ArrayView<float> x, ArrayView<float> y)
                {
                    {{statements}}
                }

                {{members}}
            }
            """);
    }

    [TestCase("public void «Run»(ArrayView<float> x) { }")]
    [TestCase("static void «Run»(ArrayView<float> x) { }")]
    [TestCase("public static int «Run»(ArrayView<float> x) => 0;")]
    [TestCase("public static void «Run»(ref int x) { }")]
    public void A_method_is_no_kernel(string method) =>
        Check("SEG0001", "using SegFromScratch.Engine.Dialect; public class SampleKernels { [Kernel] " + method + " }");

    [Test]
    public void A_kernel_has_no_overload() =>
        Check("SEG0001", "using SegFromScratch.Engine.Dialect; public static class SampleKernels { [Kernel] public static void Run(Index1D index) { } [Kernel] public static void «Run»(Index1D index, int n) { } }");

    [Test]
    public void A_barrier_needs_groups() =>
        Check("SEG0012", "using SegFromScratch.Engine.Dialect; public static class SampleKernels { [Kernel] public static void Run(Index1D index, ArrayView<float> x) { «Group.Barrier()»; x[index] = 1f; } }");

    [Test]
    public void A_kernel_with_a_mistake_still_has_its_launcher()
    {
        GeneratorRun run = new GeneratorRun().Run("""
            using SegFromScratch.Engine.Dialect;
            using SegFromScratch.Engine.Devices;
            public static class SampleKernels
            {
                [Kernel] public static void Bad(Index1D index, ArrayView<float> x) { x[index] = x[0] = 1f; }
                [Kernel] public static void Good(Index1D index, ArrayView<float> x) { x[index] = 1f; }
                public static void Use(Device device, ArrayView<float> x) { SampleLauncher.Bad(device, 1, x); SampleLauncher.Good(device, 1, x); }
            }
            """);
        Assert.Multiple(() =>
        {
            Assert.That(run.Problems.Select(problem => problem.Id), Is.EqualTo(new[] { "SEG0008" }));
            Assert.That(run.CompilerErrors, Is.Empty);
            Assert.That(run.Files["SampleKernels.Bad.g.cs"], Does.Contain("OpenCl = null"));
            Assert.That(run.Files["SampleKernels.Good.g.cs"], Does.Contain("__kernel void Good"));
        });
    }

    [Test]
    public void A_failure_of_the_translator_is_one_error_of_one_kernel()
    {
        // A window that moves with a variable cannot be made again after the barrier: the loops have no form for it.
        GeneratorRun run = new GeneratorRun().Run("""
            using SegFromScratch.Engine.Dialect;
            public static class SampleKernels
            {
                [Kernel] public static void Bad(ArrayView<int> x)
                {
                    int start = x[Group.IdxX];
                    var window = x.SubView(start, 1);
                    Group.Barrier();
                    window[0] = 1;
                }
                [Kernel] public static void Good(Index1D index, ArrayView<float> x) { x[index] = 1f; }
            }
            """);
        Assert.Multiple(() =>
        {
            Assert.That(run.Problems.Select(problem => problem.Id), Is.EqualTo(new[] { "SEG0099" }));
            Assert.That(run.CompilerErrors, Is.Empty);
            Assert.That(run.Files, Has.Count.EqualTo(2));
        });
    }

    private static void Check(string rule, string marked)
    {
        int start = marked.IndexOf('«', StringComparison.Ordinal);
        int length = marked.IndexOf('»', StringComparison.Ordinal) - start - 1;
        string source = marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
        GeneratorRun run = new GeneratorRun().Run(source);
        Assert.That(run.Problems.Select(problem => problem.Id), Is.EqualTo(new[] { rule }), string.Join('\n', run.Problems));
        Assert.That(run.CompilerErrors.Where(error => !error.Id.StartsWith("SEG", StringComparison.Ordinal)), Is.Empty);
        Diagnostic problem = run.Problems[0];
        Assert.Multiple(() =>
        {
            Assert.That(source.Substring(problem.Location.SourceSpan.Start, problem.Location.SourceSpan.Length), Is.EqualTo(source.Substring(start, length)));
            Assert.That(problem.Location.SourceSpan.Start, Is.EqualTo(start));
            Assert.That(problem.Location.GetLineSpan().Path, Is.EqualTo("Sample.cs"));
            Assert.That(problem.Location.GetLineSpan().StartLinePosition.Line, Is.EqualTo(source[..start].Count(c => c == '\n')));
        });
    }
}
