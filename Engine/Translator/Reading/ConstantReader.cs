using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads what is known at build time. Named integers keep their names, so that the texts read as the source does.</summary>
internal sealed class ConstantReader(KernelContext context, Scope scope, ExpressionReader expressions)
{
    /// <summary>The constant, or null if the operation is none, or is best read as the expression it was written as.</summary>
    public Expression? Read(IOperation operation)
    {
        if (!operation.ConstantValue.HasValue || operation.ConstantValue.Value is not { } value || operation.Type is null)
            return null;
        if (Name(operation) is { } named)
            return named;
        bool composed = operation is IBinaryOperation or IUnaryOperation or IConversionOperation or IConditionalOperation or IParenthesizedOperation;
        if (composed && value is not string && operation.Descendants().Any(part => Name(part) is not null))
            return null;
        if (value is string or char)
            return null;
        return Folded(operation, value);
    }

    private Literal Folded(IOperation operation, object value)
    {
        bool hexadecimal = operation.Syntax.ToString().StartsWith("0x", StringComparison.OrdinalIgnoreCase) && value is int or uint or long or ulong;
        return new Literal(value, expressions.Type(operation), hexadecimal);
    }

    private ConstantReference? Name(IOperation operation)
    {
        if (operation is ILocalReferenceOperation { Local: var local } && scope.Constants.TryGetValue(local, out NamedConstant? constant))
            return new ConstantReference(constant);
        if (operation is not IFieldReferenceOperation { Field: { IsConst: true, ConstantValue: int value } field } || field.DeclaringSyntaxReferences.Length == 0 || field.ContainingType.TypeKind == TypeKind.Enum)
            return null;
        if (!context.ConstantsBySymbol.TryGetValue(field, out constant))
        {
            constant = new NamedConstant(context.UniqueName(field.Name), value);
            context.ConstantsBySymbol[field] = constant;
            context.Constants.Add(constant);
        }

        return new ConstantReference(constant);
    }
}
