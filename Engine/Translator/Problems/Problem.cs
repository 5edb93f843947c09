using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SegFromScratch.Translator.Problems;

/// <summary>A diagnostic as plain values, so that results of the incremental pipeline compare equal when nothing changed.</summary>
/// <param name="Rule">The rule; one object for each number.</param>
/// <param name="First">The message's first argument.</param>
/// <param name="Second">The message's second argument.</param>
/// <param name="Path">The source file.</param>
/// <param name="Span">The place in characters.</param>
/// <param name="Lines">The place in lines and columns.</param>
internal sealed record Problem(DiagnosticDescriptor Rule, string First, string Second, string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Problem At(Location place, DiagnosticDescriptor rule, params string[] arguments) =>
        new(rule, arguments.ElementAtOrDefault(0) ?? "", arguments.ElementAtOrDefault(1) ?? "", place.SourceTree?.FilePath ?? "", place.SourceSpan, place.GetLineSpan().Span);

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Location.Create(Path, Span, Lines), First, Second);
}
