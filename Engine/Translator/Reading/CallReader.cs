using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads calls: of methods that the targets know, of helpers in the source, of struct methods through type parameters.</summary>
internal sealed class CallReader(KernelContext context, Scope scope, ExpressionReader expressions)
{
    public Expression Read(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        if (method.ContainingType.Name is "SharedMemory" or "LocalMemory" && Dialect.IsClass(method.ContainingType, method.ContainingType.Name))
            return expressions.Refuse(call, Rules.AllocatePlace, method.ContainingType.Name, "");
        if (Dialect.IsClass(method.ContainingType, "Group") && method.Name == "Barrier")
            return expressions.Refuse(call, Rules.BarrierPlace, "must be a statement of its own");
        if (Dialect.IsIndex(method.ContainingType) && method.Name == "ToInt32" && call.Instance is { } index)
            return expressions.Read(index);
        return Call(method, call.Instance, [.. call.Arguments.Where(argument => !Dialect.IsSourceLine(argument.Parameter!)).OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)], call);
    }

    /// <summary>A property's value, by its getter.</summary>
    public Expression Property(IPropertySymbol property, IOperation? instance, IOperation place)
    {
        if (Dialect.Intrinsic(property) is { } texts)
        {
            string owner = instance is null ? TypeReader.FullName(property.ContainingType) : "{0}";
            return new IntrinsicCall(texts.OpenCl, texts.Cuda, owner + "." + property.Name, instance is null ? [] : [expressions.Read(instance)], expressions.Type(place));
        }

        return property.GetMethod is { } getter ? Call(getter, instance, [], place) : expressions.Refuse(place, Rules.UnknownMember, property.ToDisplayString());
    }

    /// <summary>A call of a method, operator or getter.</summary>
    public Expression Call(IMethodSymbol method, IOperation? instance, IReadOnlyList<IOperation> arguments, IOperation place)
    {
        if (Dialect.Intrinsic(method) is { } texts)
        {
            string name = method.ContainingType.Name + "_" + method.Name;
            if (Writing.Prelude.Has(name))
                context.Prelude.Add(name);
            return Intrinsic(method, texts.OpenCl, texts.Cuda, instance, arguments, place);
        }

        if (MathTable.Find(method) is { } known)
        {
            if (known.Prelude is { } prelude)
                context.Prelude.Add(prelude);
            return Intrinsic(method, known.OpenCl, known.Cuda, instance, arguments, place);
        }

        if (Dialect.IsTensorLayout(method.ContainingType) && method.DeclaringSyntaxReferences.Length == 0)
            return LayoutCall(method, instance!, arguments, place);
        if (Target(method, instance, place) is not { } target)
            return ExpressionReader.Invalid;
        return new FunctionReader(context, scope, expressions).Call(target, instance, arguments, place);
    }

    public Expression ReadCreation(IObjectCreationOperation creation)
    {
        IMethodSymbol constructor = creation.Constructor!;
        IOperation[] arguments = [.. creation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
        if (creation.Type is { IsReferenceType: true } reference)
            return expressions.Refuse(creation, Rules.ReferenceType, reference.ToDisplayString());
        if (Dialect.Intrinsic(constructor) is { } texts)
            return Intrinsic(constructor, texts.OpenCl, texts.Cuda, null, arguments, creation);
        if (expressions.Type(creation) is not StructType type)
            return expressions.Refuse(creation, Rules.UnknownMember, constructor.ToDisplayString());
        if (arguments.Length == 0 && creation.Initializer is null && constructor.IsImplicitlyDeclared)
            return new DefaultValue(type);
        bool isPositional = creation.Type!.IsRecord && constructor.Parameters.Select(parameter => parameter.Name).SequenceEqual(type.Fields.Select(field => field.Name));
        return isPositional && creation.Initializer is null
            ? new StructCreation(type, [.. arguments.Select(argument => expressions.Read(argument) is Cast cast ? cast with { IsImplicit = false } : expressions.Read(argument))])
            : expressions.Refuse(creation, Rules.NotSupported, "A constructor other than that of a positional record struct");
    }

    private IntrinsicCall Intrinsic(IMethodSymbol method, string? openCl, string? cuda, IOperation? instance, IReadOnlyList<IOperation> arguments, IOperation place)
    {
        List<Expression> values = instance is null ? [] : [Argument(instance, null, method)];
        values.AddRange(arguments.Select((argument, i) => Argument(argument, method.Parameters[i], method)));
        return new IntrinsicCall(openCl, cuda, CSharpForm(method), values, expressions.Type(place));
    }

    /// <summary>An argument of an intrinsic. C's overloads go by type, so that what C# converts by itself is written out.</summary>
    private Expression Argument(IOperation operation, IParameterSymbol? parameter, IMethodSymbol method)
    {
        if (Dialect.IsView(operation.Type))
        {
            Expression view = expressions.Views.Read(operation);
            if (method.ReturnsVoid)
                ViewReader.Root(view)?.MarkWritten();
            return view;
        }

        Expression value = expressions.Read(operation);
        if (parameter is { RefKind: RefKind.Ref or RefKind.Out })
        {
            ViewReader.MarkWritten(value);
            return new Reference(value, parameter.RefKind == RefKind.Out);
        }

        return value is Cast cast ? cast with { IsImplicit = false } : value;
    }

    /// <summary>How C# writes the call of a method that is accessible to the generated code.</summary>
    public static string CSharpForm(IMethodSymbol method)
    {
        int first = method.IsStatic || method.MethodKind == MethodKind.Constructor ? 0 : 1;
        string arguments = string.Join(", ", method.Parameters.Where(parameter => !Dialect.IsSourceLine(parameter)).Select((_, i) => "{" + (i + first) + "}"));
        string owner = method.IsStatic ? TypeReader.FullName(method.ContainingType) : "{0}";
        string types = method.TypeArguments.Length == 0 ? "" : "<" + string.Join(", ", method.TypeArguments.Select(TypeReader.FullName)) + ">";
        return method.MethodKind switch
        {
            MethodKind.PropertyGet => owner + "." + method.AssociatedSymbol!.Name,
            MethodKind.Constructor => "new " + TypeReader.FullName(method.ContainingType) + "(" + arguments + ")",
            MethodKind.UserDefinedOperator => method.Parameters.Length == 1 ? OperatorText(method) + "{0}" : "({0} " + OperatorText(method) + " {1})",
            MethodKind.Conversion => "(" + TypeReader.FullName(method.ReturnType) + "){0}",
            _ => owner + "." + method.Name + types + "(" + arguments + ")",
        };
    }

    private static string OperatorText(IMethodSymbol method) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetText(Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetOperatorKind(method.Name));

    private IntrinsicCall LayoutCall(IMethodSymbol method, IOperation instance, IReadOnlyList<IOperation> arguments, IOperation place)
    {
        string name = "TensorLayout_" + (method.AssociatedSymbol ?? method).Name;
        context.Prelude.Add(name);
        Expression[] values = [expressions.Read(instance), .. arguments.Select(expressions.Read)];
        string text = name + "(" + string.Join(", ", values.Select((_, i) => "{" + i + "}")) + ")";
        if (!Writing.Prelude.Has(name))
            context.Report(place.Syntax, Rules.UnknownMember, method.ToDisplayString());
        return new IntrinsicCall(text, text, CSharpForm(method), values, expressions.Types.Read(method.ReturnType, place.Syntax));
    }

    /// <summary>The method that a call runs: that of the struct behind a type parameter, or the method itself if nothing can override it.</summary>
    private IMethodSymbol? Target(IMethodSymbol method, IOperation? instance, IOperation place)
    {
        ISymbol member = method.AssociatedSymbol ?? method;
        if (method.MethodKind == MethodKind.DelegateInvoke || (method.IsAbstract || method.IsVirtual || method.IsOverride) && method.ContainingType.TypeKind != TypeKind.Struct)
        {
            ITypeSymbol? receiver = instance?.Type ?? (place as IInvocationOperation)?.ConstrainedToType ?? (place as IPropertyReferenceOperation)?.ConstrainedToType;
            if (receiver is not null && scope.Substitute(receiver) is INamedTypeSymbol { TypeKind: TypeKind.Struct } actual
                && Construct(actual.FindImplementationForInterfaceMember(method.ConstructedFrom), method) is { } implementation)
                return implementation;
            context.Report(place.Syntax, Rules.VirtualCall, member.ToDisplayString());
            return null;
        }

        if (method.OriginalDefinition.DeclaringSyntaxReferences.Length > 0)
            return method;
        context.Report(place.Syntax, Rules.UnknownMember, member.ToDisplayString());
        return null;
    }

    private static IMethodSymbol? Construct(ISymbol? implementation, IMethodSymbol called) =>
        implementation is not IMethodSymbol method ? null : method.Arity > 0 ? method.Construct([.. called.TypeArguments]) : method;
}
