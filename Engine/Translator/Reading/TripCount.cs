using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SegFromScratch.Translator.Reading;

/// <summary>Finds loops whose trip count is known to the compiler and small, which it is told to unroll: constants, and values that a kernel is compiled for.</summary>
internal static class TripCount
{
    private const int Limit = 32;

    /// <summary>True for <c>for (int i = a; i &lt; b; i += c)</c> with constants that give 1 to 32 trips, or where b is the value of a <c>SpecializedValue</c>.</summary>
    public static bool IsSmall(IForLoopOperation loop)
    {
        if (loop.Before is not [IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [{ Initializer.Value.ConstantValue: { HasValue: true, Value: int start } }] }] }])
            return false;
        if (loop.Condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan, RightOperand: { ConstantValue.HasValue: false } bound } && IsSpecialized(bound))
            return true;
        if (loop.Condition is not IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual, RightOperand.ConstantValue: { HasValue: true, Value: int end } } condition)
            return false;
        if (loop.AtLoopBottom is not [IExpressionStatementOperation { Operation: var operation }])
            return false;
        int step = operation switch
        {
            IIncrementOrDecrementOperation { Kind: OperationKind.Increment } => 1,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Value.ConstantValue: { HasValue: true, Value: int constant } } => constant,
            _ => 0,
        };
        long last = condition.OperatorKind == BinaryOperatorKind.LessThanOrEqual ? (long)end + 1 : end;
        return step > 0 && (last - start + step - 1) / step is > 0 and <= Limit;
    }

    // The value of a SpecializedValue, or arithmetic on it and constants.
    private static bool IsSpecialized(IOperation operation) => operation switch
    {
        { ConstantValue.HasValue: true } => true,
        IPropertyReferenceOperation { Property: { Name: "Value", ContainingType.Name: "SpecializedValue" } } => true,
        IBinaryOperation binary => IsSpecialized(binary.LeftOperand) && IsSpecialized(binary.RightOperand),
        _ => false,
    };
}
