using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SegFromScratch.Translator.Reading;

/// <summary>
/// The bodies of methods as operation trees, made once for each compilation. Binding a method is most of the translator's time,
/// and many kernels share their helpers.
/// </summary>
internal sealed class SourceCache
{
    private static readonly ConditionalWeakTable<Compilation, SourceCache> s_caches = new();
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<ISymbol, IOperation?> _bodies = new(SymbolEqualityComparer.Default);

    public static SourceCache Of(Compilation compilation) => s_caches.GetOrCreateValue(compilation);

    /// <summary>The body of a method, accessor or local function: a block, or null if there is no source.</summary>
    public IBlockOperation? Body(Compilation compilation, IMethodSymbol method, CancellationToken cancellation)
    {
        IOperation? operation = _bodies.GetOrAdd(method, _ => Bind(compilation, method, cancellation));
        return operation switch
        {
            IMethodBodyOperation body => body.BlockBody ?? body.ExpressionBody,
            ILocalFunctionOperation local => local.Body,
            IBlockOperation block => block,
            _ => null,
        };
    }

    private IOperation? Bind(Compilation compilation, IMethodSymbol method, CancellationToken cancellation)
    {
        if (method.DeclaringSyntaxReferences.Length == 0)
            return null;
        SyntaxNode syntax = method.DeclaringSyntaxReferences[0].GetSyntax(cancellation);
        SemanticModel model = _models.GetOrAdd(syntax.SyntaxTree, tree => compilation.GetSemanticModel(tree));
        return model.GetOperation(syntax, cancellation);
    }
}
