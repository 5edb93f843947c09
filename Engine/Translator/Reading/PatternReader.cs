using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads patterns as comparisons and switch expressions as choices. The value is written once for each comparison, so it must be plain.</summary>
internal sealed class PatternReader(KernelContext context, ExpressionReader expressions)
{
    public Expression ReadSwitch(ISwitchExpressionOperation operation)
    {
        Expression value = Plain(expressions.Read(operation.Value), operation.Value);
        ISwitchExpressionArmOperation last = operation.Arms[operation.Arms.Length - 1];
        Expression result = expressions.Read(last.Value);
        foreach (ISwitchExpressionArmOperation arm in operation.Arms.Reverse().Skip(1))
        {
            if (arm.Guard is not null)
                return expressions.Refuse(arm, Rules.NotSupported, "'when'");
            result = new Conditional(Read(arm.Pattern, value), expressions.Read(arm.Value), result, expressions.Type(operation));
        }

        return result;
    }

    public Expression Read(IPatternOperation pattern, Expression value) => pattern switch
    {
        IConstantPatternOperation constant => Compare(value, "==", constant.Value),
        IRelationalPatternOperation relation when ExpressionReader.Operator(relation.OperatorKind) is { } text => Compare(Plain(value, pattern), text, relation.Value),
        INegatedPatternOperation negated => new Unary("!", Read(negated.Pattern, value), ScalarType.Bool),
        IBinaryPatternOperation both => new Binary(both.OperatorKind == BinaryOperatorKind.Or ? "||" : "&&", Read(both.LeftPattern, Plain(value, pattern)), Read(both.RightPattern, value), ScalarType.Bool),
        IDiscardPatternOperation => new Literal(true, ScalarType.Bool),
        _ => expressions.Refuse(pattern, Rules.NotSupported, "This pattern"),
    };

    private Binary Compare(Expression value, string comparison, IOperation constant) =>
        new(comparison, value, expressions.Read(constant), ScalarType.Bool);

    private Expression Plain(Expression value, IOperation place)
    {
        Expression inner = value is Cast cast ? cast.Operand : value;
        if (inner is not (VariableReference or FieldAccess { Instance: VariableReference } or WorkItemQuery or Literal))
            context.Report(place.Syntax, Rules.NotSupported, "A pattern on something else than a variable");
        return value;
    }
}
