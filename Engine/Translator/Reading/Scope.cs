using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Reading;

/// <summary>What reading one method knows: its variables, its type arguments, and whether it is the kernel itself.</summary>
internal sealed class Scope(bool isKernel)
{
    private readonly Dictionary<ISymbol, Variable> _variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, ITypeSymbol> _typeArguments = new(SymbolEqualityComparer.Default);

    /// <summary>True while the kernel's own body is read, false in helpers.</summary>
    public bool IsKernel { get; } = isKernel;

    /// <summary>The struct that an instance method runs on.</summary>
    public Variable? Self { get; set; }

    /// <summary>The nesting of blocks; 1 is the method's outermost.</summary>
    public int Depth { get; set; }

    /// <summary>Named constants of this method.</summary>
    public Dictionary<ISymbol, NamedConstant> Constants { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Variables that an expression declares (out int x); they go before its statement.</summary>
    public List<Statement> Pending { get; } = [];

    public void Add(ISymbol symbol, Variable variable) => _variables[symbol] = variable;

    public Variable? Find(ISymbol symbol) => _variables.TryGetValue(symbol, out Variable? variable) ? variable : null;

    public void Bind(ITypeParameterSymbol parameter, ITypeSymbol argument) => _typeArguments[parameter] = argument;

    /// <summary>A type with this method's type arguments put in.</summary>
    public ITypeSymbol Substitute(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol when _typeArguments.TryGetValue(type, out ITypeSymbol? argument) => argument,
        INamedTypeSymbol { IsGenericType: true } named => named.ConstructedFrom.Construct([.. named.TypeArguments.Select(Substitute)]),
        _ => type,
    };
}
