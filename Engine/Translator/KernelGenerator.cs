using System;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SegFromScratch.Translator.Launching;
using SegFromScratch.Translator.Problems;
using SegFromScratch.Translator.Reading;

namespace SegFromScratch.Translator;

/// <summary>Turns every method marked [Kernel] into a launcher with OpenCL C, CUDA C++ and C# loops.</summary>
[Generator]
public sealed class KernelGenerator : IIncrementalGenerator
{
    /// <summary>The name under which a test finds the step that makes launchers.</summary>
    public const string Step = "Launchers";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<GeneratedKernel> kernels = context.SyntaxProvider
            .ForAttributeWithMetadataName(Dialect.KernelAttribute, static (node, _) => node is MethodDeclarationSyntax, static (source, cancellation) => Translate(source, cancellation))
            .WithTrackingName(Step);
        context.RegisterSourceOutput(kernels, static (output, kernel) =>
        {
            foreach (Problem problem in kernel.Problems)
                output.ReportDiagnostic(problem.ToDiagnostic());
            output.AddSource(kernel.FileName, SourceText.From(kernel.Source, Encoding.UTF8));
        });
    }

    private static GeneratedKernel Translate(GeneratorAttributeSyntaxContext source, CancellationToken cancellation)
    {
        var method = (IMethodSymbol)source.TargetSymbol;
        var context = new KernelContext(source.SemanticModel.Compilation, cancellation);
        KernelTexts texts = KernelTranslation.Run(context, method, ((MethodDeclarationSyntax)source.TargetNode).Identifier.GetLocation());
        return new GeneratedKernel(
            method.ContainingType.ToDisplayString() + "." + method.Name + ".g.cs",
            new LauncherWriter(method, texts).Write(),
            [.. context.Problems]);
    }
}
