using System.Collections.Generic;

namespace SegFromScratch.Translator.Model;

/// <summary>An integer constant that the source names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
internal sealed record NamedConstant(string Name, int Value);

/// <summary>A helper: a method of the source for one set of type arguments and address spaces.</summary>
internal sealed class Function(string name, KernelType returnType, IReadOnlyList<Variable> parameters)
{
    /// <summary>The name in the generated text; no other helper of the kernel has it.</summary>
    public string Name { get; } = name;

    public KernelType ReturnType { get; } = returnType;

    /// <summary>The parameters, the instance first.</summary>
    public IReadOnlyList<Variable> Parameters { get; } = parameters;

    /// <summary>The body; empty until it has been read.</summary>
    public Block Body { get; set; } = new([]);
}

/// <summary>Everything the writers need to know of one kernel.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Parameters">All parameters in order, without the index.</param>
/// <param name="Index">The index of an implicitly grouped kernel, or null.</param>
/// <param name="Body">The body.</param>
/// <param name="GroupSize">The group size it was written for, or 0.</param>
/// <param name="MayAlias">True if views may overlap.</param>
/// <param name="Summary">Comment lines: source file and summary.</param>
internal sealed record KernelModel(string Name, IReadOnlyList<Variable> Parameters, Variable? Index, Block Body, int GroupSize, bool MayAlias, IReadOnlyList<string> Summary)
{
    /// <summary>The structs that parameters and locals have, each after those it contains.</summary>
    public List<StructType> Structs { get; } = [];

    /// <summary>The named constants of the classes.</summary>
    public List<NamedConstant> Constants { get; } = [];

    /// <summary>The helpers, each after those it calls.</summary>
    public List<Function> Functions { get; } = [];

    /// <summary>The names of prelude functions that are called.</summary>
    public SortedSet<string> Prelude { get; } = new(System.StringComparer.Ordinal);

    public bool UsesBarrier { get; set; }
}
