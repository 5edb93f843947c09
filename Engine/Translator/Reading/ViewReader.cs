using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads views and tensors, whose memory has to be known by its address space, and places that are passed by reference.</summary>
internal sealed class ViewReader(KernelContext context, Scope scope, ExpressionReader expressions)
{
    /// <summary>A view, or an invalid expression that has been reported.</summary>
    public Expression Read(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local } when scope.Find(local) is { } variable:
                return new VariableReference(variable);
            case IParameterReferenceOperation { Parameter: var parameter } when scope.Find(parameter) is { } variable:
                return new VariableReference(variable);
            case IFieldReferenceOperation { Field.Name: "Data", Instance: { } instance } when Dialect.IsTensor(instance.Type) && Tensor(instance) is { } tensor:
                return new TensorData(tensor, new ViewType(ScalarType.Float, AddressSpace.Global));
            case IInvocationOperation { TargetMethod.Name: "SubView", Instance: { } instance, Arguments: { Length: 2 } arguments }:
                return new SubView(Read(instance), expressions.Read(arguments[0].Value), expressions.Read(arguments[1].Value));
            case IConversionOperation { OperatorMethod: null, Conversion.IsIdentity: true } conversion:
                return Read(conversion.Operand);
            case IDefaultValueOperation { Type: { } type }:
                return new DefaultValue(expressions.Types.Read(type, operation.Syntax));
            default:
                context.Report(operation.Syntax, Rules.ViewExpression);
                return new DefaultValue(operation.Type is { } type2 ? expressions.Types.Read(type2, operation.Syntax) : ScalarType.Int);
        }
    }

    /// <summary>A tensor, which must be a parameter; null if it is not, which has been reported.</summary>
    public Variable? Tensor(IOperation operation)
    {
        if (operation is IParameterReferenceOperation { Parameter: var parameter } && scope.Find(parameter) is { } variable)
            return variable;
        context.Report(operation.Syntax, Rules.ViewExpression);
        return null;
    }

    /// <summary>The variable whose memory a view expression is part of.</summary>
    public static Variable? Root(Expression view) => view switch
    {
        VariableReference reference => reference.Variable,
        TensorData data => data.Tensor,
        SubView part => Root(part.View),
        _ => null,
    };

    /// <summary>Marks what is written when an expression is assigned.</summary>
    public static void MarkWritten(Expression target)
    {
        switch (target)
        {
            case ElementAccess element:
                Root(element.View)?.MarkWritten();
                break;
            case FieldAccess field:
                MarkWritten(field.Instance);
                break;
            case VariableReference reference:
                reference.Variable.IsAssigned = true;
                break;
        }
    }

    /// <summary>Where the memory of a place lies that is passed by reference.</summary>
    public static AddressSpace Space(Expression target) => target switch
    {
        ElementAccess { View.Type: ViewType view } => view.Space,
        FieldAccess field => Space(field.Instance),
        VariableReference { Variable: { Kind: VariableKind.Reference or VariableKind.Output } variable } => variable.Space,
        _ => AddressSpace.Local,
    };
}
