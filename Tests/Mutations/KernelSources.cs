using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Translator;
using SegFromScratch.Translator.MicroKernels;

namespace SegFromScratch.Tests.Mutations;

/// <summary>
/// The kernels and the tape as source text, embedded when the tests were built, and their compilation in memory.
/// All files are parsed and translated once. A mutant parses only the file that differs and keeps the launchers of the original:
/// the debug device runs the kernel's own C#, not what was translated from it. So a mutant is of use on the debug device,
/// and on the cpu device where the file that differs holds SIMD code.
/// </summary>
internal sealed class KernelSources
{
    private const string ResourcePrefix = "Source/";

    /// <summary>What the SDK's ImplicitUsings adds to a library.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // Nullability was analysed when the project was built.
    private static readonly CSharpParseOptions s_parsing = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None)
        .WithFeatures([new("run-nullable-analysis", "never")]);

    private static readonly Lazy<KernelSources> s_original = new(() => new KernelSources());

    private readonly Dictionary<string, SyntaxTree> _files = [];
    private readonly Compilation _compilation;

    private KernelSources()
    {
        Assembly tests = typeof(KernelSources).Assembly;
        foreach (string resource in tests.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using Stream stream = tests.GetManifestResourceStream(resource)!;
            string path = resource[ResourcePrefix.Length..].Replace('\\', '/');
            _files[path] = CSharpSyntaxTree.ParseText(SourceText.From(stream), s_parsing, path);
        }

        // The mutant has the tape's types itself and prefers them to those of the same name in the engine, with a warning that is not of interest here.
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            optimizationLevel: OptimizationLevel.Release,
            generalDiagnosticOption: ReportDiagnostic.Suppress,
            nullableContextOptions: NullableContextOptions.Enable);
        var written = CSharpCompilation.Create(
            "SegFromScratch.Kernels", [CSharpSyntaxTree.ParseText(ImplicitUsings, s_parsing), .. _files.Values], References(), options);
        CSharpGeneratorDriver
            .Create([new KernelGenerator().AsSourceGenerator(), new MicroKernelGenerator().AsSourceGenerator()], parseOptions: s_parsing)
            .RunGeneratorsAndUpdateCompilation(written, out _compilation, out ImmutableArray<Diagnostic> problems);
        Assert.That(problems, Is.Empty);
    }

    /// <summary>The sources as they are.</summary>
    public static KernelSources Original => s_original.Value;

    /// <summary>The text of a file.</summary>
    public string Text(string file) => _files[file].ToString();

    /// <summary>Compiles the sources, with one file replaced if one is given.</summary>
    /// <returns>The assembly's bytes.</returns>
    public byte[] Compile(string? file = null, string? text = null)
    {
        Compilation changed = file is null
            ? _compilation
            : _compilation.ReplaceSyntaxTree(_files[file], CSharpSyntaxTree.ParseText(text!, s_parsing, file));
        using var bytes = new MemoryStream();
        Assert.That(changed.Emit(bytes).Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error), Is.Empty);
        return bytes.ToArray();
    }

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System", StringComparison.Ordinal))
            .Append(typeof(KernelAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
}
