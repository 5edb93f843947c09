using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads fields, properties and indexers.</summary>
internal sealed class MemberReader(KernelContext context, Scope scope, ExpressionReader expressions, CallReader calls)
{
    public Expression ReadField(IFieldReferenceOperation operation)
    {
        IFieldSymbol field = operation.Field;
        if (operation.Instance is not { Type: { } owner } instance)
            return expressions.Refuse(operation, field.Type.IsReferenceType ? Rules.ReferenceType : Rules.StaticField, field.Type.IsReferenceType ? field.Type.ToDisplayString() : field.ToDisplayString());
        if (Dialect.IsTensor(owner))
        {
            return expressions.Views.Tensor(instance) is not { Type: TensorType type } tensor ? ExpressionReader.Invalid
                : field.Name == "Layout" ? new TensorLayoutOf(tensor, type.Layout)
                : new TensorData(tensor, new ViewType(ScalarType.Float, AddressSpace.Global));
        }

        return Field(instance, TypeReader.FieldName(field), field.Type, operation);
    }

    public Expression ReadProperty(IPropertyReferenceOperation operation)
    {
        IPropertySymbol property = operation.Property;
        if (operation.Instance is not { Type: { } written } instance)
            return ReadStatic(operation);
        ITypeSymbol owner = scope.Substitute(written);
        if (Dialect.IsView(owner))
            return ReadViewProperty(operation, instance);
        if (Dialect.IsTensor(owner))
            return ReadTensorElement(operation, instance);
        if (Dialect.IsSpecialized(owner) || Dialect.IsIndex(owner))
            return expressions.Read(instance);
        if (property.IsIndexer)
            return expressions.Refuse(operation, Rules.UnknownMember, property.ToDisplayString());
        if (Dialect.Intrinsic(property) is null && TypeReader.Fields(owner).Any(field => TypeReader.FieldName(field) == property.Name))
            return Field(instance, property.Name, property.Type, operation);
        return calls.Property(property, instance, operation);
    }

    private FieldAccess Field(IOperation instance, string name, ITypeSymbol type, IOperation operation)
    {
        ITypeSymbol actual = scope.Substitute(type);
        expressions.Types.Read(instance.Type!, instance.Syntax);
        return new FieldAccess(expressions.Read(instance), name, expressions.Types.Read(actual, operation.Syntax), actual.TypeKind == TypeKind.Enum);
    }

    private Expression ReadStatic(IPropertyReferenceOperation operation)
    {
        IPropertySymbol property = operation.Property;
        bool isItem = Dialect.IsClass(property.ContainingType, "Grid") || Dialect.IsClass(property.ContainingType, "Group");
        if (isItem && context.IsImplicit)
            return expressions.Refuse(operation, Rules.NotSupported, property.ContainingType.Name + "." + property.Name + " in a kernel with an Index1D");
        return isItem && Dialect.Intrinsic(property) is ({ } openCl, { } cuda)
            ? new WorkItemQuery(property.ContainingType.Name, property.Name, openCl, cuda)
            : calls.Property(property, null, operation);
    }

    private Expression ReadViewProperty(IPropertyReferenceOperation operation, IOperation instance)
    {
        Expression view = expressions.Views.Read(instance);
        if (operation.Property.IsIndexer && view.Type is ViewType type)
            return new ElementAccess(view, expressions.Read(Written(operation)[0]), type.Element);
        return operation.Property.Name is "Length" or "IntLength"
            ? new ViewLength(view)
            : expressions.Refuse(operation, Rules.UnknownMember, operation.Property.ToDisplayString());
    }

    private Expression ReadTensorElement(IPropertyReferenceOperation operation, IOperation instance)
    {
        if (expressions.Views.Tensor(instance) is not { Type: TensorType type } tensor)
            return ExpressionReader.Invalid;
        context.Prelude.Add("TensorLayout_Offset");
        Expression[] arguments = [new TensorLayoutOf(tensor, type.Layout), .. Written(operation).Select(expressions.Read)];
        var offset = new IntrinsicCall("TensorLayout_Offset({0}, {1}, {2}, {3}, {4})", "TensorLayout_Offset({0}, {1}, {2}, {3}, {4})", "{0}.Offset({1}, {2}, {3}, {4})", arguments, ScalarType.Int);
        return new ElementAccess(new TensorData(tensor, new ViewType(ScalarType.Float, AddressSpace.Global)), offset, ScalarType.Float);
    }

    private static IOperation[] Written(IPropertyReferenceOperation operation) =>
        [.. operation.Arguments.Where(argument => !Dialect.IsSourceLine(argument.Parameter!)).OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
}
