using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>What reading one kernel gathers: problems, structs, constants, helpers.</summary>
internal sealed class KernelContext(Compilation compilation, CancellationToken cancellation)
{
    private readonly HashSet<string> _names = [];

    public Compilation Compilation { get; } = compilation;

    public CancellationToken Cancellation { get; } = cancellation;

    public SourceCache Sources { get; } = SourceCache.Of(compilation);

    public List<Problem> Problems { get; } = [];

    public List<StructType> Structs { get; } = [];

    public List<NamedConstant> Constants { get; } = [];

    public List<Function> Functions { get; } = [];

    public HashSet<string> Prelude { get; } = [];

    /// <summary>True for a kernel that runs once for each index, so that there is no grid and no group to ask for.</summary>
    public bool IsImplicit { get; set; }

    public bool UsesBarrier { get; set; }

    /// <summary>The structs that were read, by symbol.</summary>
    public Dictionary<ITypeSymbol, StructType> StructsBySymbol { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The class constants that were read, by symbol.</summary>
    public Dictionary<ISymbol, NamedConstant> ConstantsBySymbol { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The helpers that were read, by method, type arguments and address spaces.</summary>
    public Dictionary<string, Function> FunctionsByKey { get; } = [];

    /// <summary>The helpers that are being read: calling one of them is recursion.</summary>
    public HashSet<string> Active { get; } = [];

    /// <summary>Reports a problem once.</summary>
    public void Report(SyntaxNode place, DiagnosticDescriptor rule, params string[] arguments) => Report(place.GetLocation(), rule, arguments);

    /// <summary>Reports a problem once.</summary>
    public void Report(Location place, DiagnosticDescriptor rule, params string[] arguments)
    {
        Problem problem = Problem.At(place, rule, arguments);
        if (!Problems.Contains(problem))
            Problems.Add(problem);
    }

    /// <summary>A name in the generated text's outermost scope that nothing else there has.</summary>
    public string UniqueName(string name)
    {
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++)
            unique = name + "_" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return unique;
    }
}
