using System;
using System.Linq;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator;

/// <summary>The result for one kernel. Two results with the same text are equal, so that an unchanged kernel costs nothing.</summary>
internal sealed class GeneratedKernel(string fileName, string source, Problem[] problems) : IEquatable<GeneratedKernel>
{
    public string FileName { get; } = fileName;

    public string Source { get; } = source;

    public Problem[] Problems { get; } = problems;

    public bool Equals(GeneratedKernel? other) => other is not null && FileName == other.FileName && Source == other.Source && Problems.SequenceEqual(other.Problems);

    public override bool Equals(object? obj) => Equals(obj as GeneratedKernel);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Source);
}
