using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Translator;

namespace SegFromScratch.Tests.Translator;

/// <summary>Compiles a small source in memory with the translator.</summary>
internal sealed class GeneratorRun
{
    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileName(path).StartsWith("System", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(KernelAttribute).Assembly.Location),
    ];

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest, DocumentationMode.Parse);

    private GeneratorDriver _driver = CSharpGeneratorDriver.Create(
        [new KernelGenerator().AsSourceGenerator()],
        parseOptions: s_options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private CSharpCompilation _compilation = CSharpCompilation.Create("Sample", [], s_references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    /// <summary>What the translator reported.</summary>
    public ImmutableArray<Diagnostic> Problems { get; private set; } = [];

    /// <summary>What the compiler reports about the source with what was generated.</summary>
    public Diagnostic[] CompilerErrors { get; private set; } = [];

    /// <summary>The generated files, by name.</summary>
    public Dictionary<string, string> Files { get; private set; } = [];

    /// <summary>Why each kernel's result was made again, or was not.</summary>
    public IncrementalStepRunReason[] Reasons { get; private set; } = [];

    /// <summary>Runs the translator on a file; one of the same name is replaced.</summary>
    public GeneratorRun Run(string source, string path = "Sample.cs")
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, s_options, path);
        SyntaxTree? old = _compilation.SyntaxTrees.FirstOrDefault(other => other.FilePath == path);
        _compilation = old is null ? _compilation.AddSyntaxTrees(tree) : _compilation.ReplaceSyntaxTree(old, tree);
        _driver = _driver.RunGeneratorsAndUpdateCompilation(_compilation, out Compilation output, out ImmutableArray<Diagnostic> problems);
        GeneratorRunResult result = _driver.GetRunResult().Results.Single();
        Problems = problems;
        CompilerErrors = [.. output.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        Files = result.GeneratedSources.ToDictionary(file => file.HintName, file => file.SourceText.ToString());
        Reasons = result.TrackedSteps.TryGetValue(KernelGenerator.Step, out ImmutableArray<IncrementalGeneratorRunStep> steps)
            ? [.. steps.SelectMany(step => step.Outputs).Select(step => step.Reason)]
            : [];
        return this;
    }
}
