using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads C# types as types of the kernel language.</summary>
internal sealed class TypeReader(KernelContext context, Scope scope)
{
    public KernelType Read(ITypeSymbol written, SyntaxNode place, AddressSpace space = AddressSpace.Global)
    {
        ITypeSymbol type = scope.Substitute(written);
        if (Scalar(type) is { } scalar)
            return scalar;
        if (Dialect.IsView(type))
            return new ViewType(Read(((INamedTypeSymbol)type).TypeArguments[0], place), space);
        if (Dialect.IsTensor(type))
            return new TensorType(Layout(type, place));
        if (Dialect.IsSpecialized(type) && ((INamedTypeSymbol)type).TypeArguments[0].SpecialType == SpecialType.System_Int32 || Dialect.IsIndex(type))
            return ScalarType.Int;
        if (Dialect.Intrinsic(type) is { } device)
            return new DeviceType(device.OpenCl, device.Cuda, FullName(type));
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Struct, IsUnmanagedType: true, SpecialType: SpecialType.None } && !Dialect.IsSpecialized(type))
            return Struct(type, place);
        context.Report(place, type.IsReferenceType ? Rules.ReferenceType : Rules.TypeNotUsable, type.ToDisplayString());
        return ScalarType.Int;
    }

    /// <summary>The type's name in generated C#.</summary>
    public static string FullName(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The name of a field, or of the property that it keeps the value of.</summary>
    public static string FieldName(IFieldSymbol field)
    {
        if (field.AssociatedSymbol is { } property)
            return property.Name;
        int end = field.Name.IndexOf('>');
        return field.Name.StartsWith("<", StringComparison.Ordinal) && end > 0 ? field.Name.Substring(1, end - 1) : field.Name;
    }

    /// <summary>The instance fields of a struct, as they lie in memory.</summary>
    public static IEnumerable<IFieldSymbol> Fields(ITypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst);

    private static ScalarType? Scalar(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying })
            return Scalar(underlying);
        return type.SpecialType switch
        {
            SpecialType.System_Void => ScalarType.Void,
            SpecialType.System_Boolean => ScalarType.Bool,
            SpecialType.System_SByte => new ScalarType(Model.Scalar.SByte, "sbyte"),
            SpecialType.System_Byte => new ScalarType(Model.Scalar.Byte, "byte"),
            SpecialType.System_Int16 => new ScalarType(Model.Scalar.Short, "short"),
            SpecialType.System_UInt16 => new ScalarType(Model.Scalar.UShort, "ushort"),
            SpecialType.System_Int32 => ScalarType.Int,
            SpecialType.System_UInt32 => new ScalarType(Model.Scalar.UInt, "uint"),
            SpecialType.System_Int64 => ScalarType.Long,
            SpecialType.System_UInt64 => new ScalarType(Model.Scalar.ULong, "ulong"),
            SpecialType.System_Single => ScalarType.Float,
            SpecialType.System_Double => new ScalarType(Model.Scalar.Double, "double"),
            _ => null,
        };
    }

    private StructType Layout(ITypeSymbol tensor, SyntaxNode place)
    {
        ITypeSymbol layout = tensor.GetMembers("Layout").OfType<IFieldSymbol>().Single().Type;
        return (StructType)Read(layout, place);
    }

    private StructType Struct(ITypeSymbol type, SyntaxNode place)
    {
        if (context.StructsBySymbol.TryGetValue(type, out StructType? known))
            return known;
        List<StructField> fields = [];
        foreach (IFieldSymbol field in Fields(type))
        {
            KernelType fieldType = Read(field.Type, place);
            if (fieldType is ViewType or TensorType)
                context.Report(place, Rules.TypeNotUsable, field.Type.ToDisplayString() + "' inside '" + type.ToDisplayString());
            fields.Add(new StructField(FieldName(field), fieldType));
        }

        for (INamedTypeSymbol? part = type as INamedTypeSymbol; part is not null; part = part.ContainingType)
        {
            if (part.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
                context.Report(place, Rules.HiddenType, type.ToDisplayString());
        }

        var result = new StructType(context.UniqueName(type.Name), FullName(type), fields);
        context.StructsBySymbol[type] = result;
        context.Structs.Add(result);
        return result;
    }
}
