using System.Collections.Generic;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>Statements between two barriers, which each work-item of the group runs in turn.</summary>
internal sealed record ItemLoop(IReadOnlyList<Statement> Statements) : Statement
{
    public override IEnumerable<Statement> Children => Statements;
}
