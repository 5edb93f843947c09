using System.Collections.Generic;
using System.Runtime.CompilerServices;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>Tells statements apart by where they are, not by what they say: two equal statements may stand at two places.</summary>
internal sealed class ReferenceComparer : IEqualityComparer<Statement>
{
    public static readonly ReferenceComparer Instance = new();

    public bool Equals(Statement? x, Statement? y) => ReferenceEquals(x, y);

    public int GetHashCode(Statement obj) => RuntimeHelpers.GetHashCode(obj);
}
