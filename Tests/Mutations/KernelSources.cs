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
/// All files are parsed and translated once; a mutant parses and translates the one file that differs.
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

    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.Latest, DocumentationMode.None);

    private readonly Dictionary<string, SyntaxTree> _files = [];
    private readonly CSharpCompilation _compilation;
    private readonly GeneratorDriver _translated;

    /// <summary>Parses and translates the sources as they are.</summary>
    public KernelSources()
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
        _compilation = CSharpCompilation.Create(
            "SegFromScratch.Kernels", [CSharpSyntaxTree.ParseText(ImplicitUsings, s_parsing), .. _files.Values], References(), options);
        _translated = CSharpGeneratorDriver
            .Create([new KernelGenerator().AsSourceGenerator(), new MicroKernelGenerator().AsSourceGenerator()], parseOptions: s_parsing)
            .RunGenerators(_compilation);
    }

    /// <summary>The text of a file.</summary>
    public string Text(string file) => _files[file].ToString();

    /// <summary>Compiles the sources, with one file replaced if one is given.</summary>
    /// <returns>The assembly's bytes.</returns>
    public byte[] Compile(string? file = null, string? text = null)
    {
        CSharpCompilation changed = file is null
            ? _compilation
            : _compilation.ReplaceSyntaxTree(_files[file], CSharpSyntaxTree.ParseText(text!, s_parsing, file));
        _translated.RunGeneratorsAndUpdateCompilation(changed, out Compilation whole, out ImmutableArray<Diagnostic> problems);
        using var bytes = new MemoryStream();
        IEnumerable<Diagnostic> errors = problems.Concat(whole.Emit(bytes).Diagnostics).Where(problem => problem.Severity == DiagnosticSeverity.Error);
        Assert.That(errors, Is.Empty);
        return bytes.ToArray();
    }

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System", StringComparison.Ordinal))
            .Append(typeof(KernelAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
}
