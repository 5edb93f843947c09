using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Documentation;

/// <summary>The program of docs/library.md is compiled as it stands there, and run.</summary>
[NonParallelizable]
public sealed class LibraryPageTests
{
    // What a new console application has by itself.
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    [Test]
    public void The_program_trains_and_predicts()
    {
        using var folder = new TemporaryFolder();
        string program = Program(), run = folder["run"], pictures = folder["new"];
        Assert.That(program.Split('\n').Count(line => line.Trim().Length > 0 && !line.StartsWith("using SegFromScratch.", StringComparison.Ordinal)), Is.LessThanOrEqualTo(20));
        folder.WriteImage("new/a.png", 40, 24);
        folder.WriteImage("new/b.png", 64, 32);
        TextWriter before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            Compile(program).EntryPoint!.Invoke(null, [(string[])[TinyRun.Data, run, pictures, "1"]]);
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.That(output.ToString(), Does.Match(@"^best validation: [01]\.\d{4}\r?\n$"));
        Assert.That(File.Exists(Path.Combine(run, "checkpoints", "best.safetensors")));
        Assert.That(Directory.GetFiles(pictures).Length, Is.EqualTo(2 + (2 * 5)), "an overlay and four masks each");
        Assert.That(ImageFile.ReadSize(Path.Combine(pictures, "a-mask4.png")), Is.EqualTo((40, 24)));
    }

    private static string Program()
    {
        using var reader = new StreamReader(typeof(LibraryPageTests).Assembly.GetManifestResourceStream("Documentation/library.md")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split("```csharp\n")[1].Split("```")[0];
    }

    private static Assembly Compile(string program)
    {
        string[] references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpParseOptions language = new(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            "LibraryExample",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, language), CSharpSyntaxTree.ParseText(program, language)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.That(result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString()), Is.Empty);
        return Assembly.Load(image.ToArray());
    }
}
