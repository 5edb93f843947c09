using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads helpers, once for each set of type arguments and address spaces they are called with.</summary>
internal sealed class FunctionReader(KernelContext context, Scope caller, ExpressionReader expressions)
{
    /// <summary>A call of a method whose source is known.</summary>
    public Expression Call(IMethodSymbol method, IOperation? instance, IReadOnlyList<IOperation> operations, IOperation place)
    {
        List<Expression> arguments = [];
        if (!method.IsStatic && instance is not null)
            arguments.Add(expressions.Read(instance));
        for (int i = 0; i < operations.Count; i++)
            arguments.Add(Argument(operations[i], method.Parameters[i]));
        ITypeSymbol[] typeArguments = [.. method.TypeArguments.Select(caller.Substitute)];
        string key = Key(method, typeArguments, arguments);
        if (context.Active.Contains(key))
            return expressions.Refuse(place, Rules.Recursion, method.ToDisplayString());
        if (!context.FunctionsByKey.TryGetValue(key, out Function? function))
        {
            context.Active.Add(key);
            function = Read(method, typeArguments, arguments, place);
            context.Active.Remove(key);
            if (function is null)
                return ExpressionReader.Invalid;
            context.FunctionsByKey[key] = function;
            context.Functions.Add(function);
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Type is ViewType or TensorType && arguments[i] is not Reference && function.Parameters[i].IsWritten)
                ViewReader.Root(arguments[i])?.MarkWritten();
        }

        return new FunctionCall(function, arguments, CSharpForm(method, typeArguments, arguments));
    }

    private Expression Argument(IOperation operation, IParameterSymbol parameter)
    {
        if (Dialect.IsView(operation.Type))
            return expressions.Views.Read(operation);
        if (Dialect.IsTensor(operation.Type))
            return expressions.Views.Tensor(operation) is { } tensor ? new VariableReference(tensor) : ExpressionReader.Invalid;
        if (parameter.RefKind is not (RefKind.Ref or RefKind.Out))
            return expressions.Read(operation);
        if (operation is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation { Local: var local } })
        {
            var declared = new Variable(local.Name, expressions.Types.Read(local.Type, operation.Syntax)) { IsAssigned = true };
            caller.Add(local, declared);
            caller.Pending.Add(new Declaration(declared, null));
            return new Reference(new VariableReference(declared), IsOutput: true);
        }

        Expression target = expressions.Read(operation);
        ViewReader.MarkWritten(target);
        return new Reference(target, parameter.RefKind == RefKind.Out);
    }

    private Function? Read(IMethodSymbol method, ITypeSymbol[] typeArguments, List<Expression> arguments, IOperation place)
    {
        IMethodSymbol definition = method.OriginalDefinition;
        IBlockOperation? body = context.Sources.Body(context.Compilation, definition, context.Cancellation);
        if (body is null)
        {
            context.Report(place.Syntax, Rules.UnknownMember, (method.AssociatedSymbol ?? method).ToDisplayString());
            return null;
        }

        var scope = new Scope(isKernel: false);
        for (int i = 0; i < typeArguments.Length; i++)
            scope.Bind(definition.TypeParameters[i], typeArguments[i]);
        for (int i = 0; i < definition.ContainingType.TypeParameters.Length; i++)
            scope.Bind(definition.ContainingType.TypeParameters[i], caller.Substitute(method.ContainingType.TypeArguments[i]));
        var inner = new ExpressionReader(context, scope);
        List<Variable> parameters = [];
        if (arguments.Count > definition.Parameters.Length)
            parameters.Add(scope.Self = new Variable("self", arguments[0].Type) { Kind = VariableKind.Parameter });
        foreach (IParameterSymbol parameter in definition.Parameters)
            parameters.Add(Parameter(parameter, arguments[parameters.Count], inner, scope));
        KernelType returnType = inner.Types.Read(definition.ReturnType, place.Syntax);
        if (returnType is ViewType or TensorType)
            context.Report(place.Syntax, Rules.ViewExpression);
        string name = (definition.AssociatedSymbol ?? definition).Name;
        bool isMember = definition.ContainingType.TypeKind == TypeKind.Struct;
        var function = new Function(context.UniqueName(isMember ? definition.ContainingType.Name + "_" + name : name), returnType, parameters);
        function.Body = new StatementReader(context, scope, inner).ReadBody(body);
        return function;
    }

    private static Variable Parameter(IParameterSymbol symbol, Expression argument, ExpressionReader reader, Scope scope)
    {
        KernelType type = argument.Type is ViewType or TensorType && argument is not Reference ? argument.Type : reader.Types.Read(symbol.Type, symbol.DeclaringSyntaxReferences[0].GetSyntax());
        var variable = new Variable(symbol.Name, type) { Kind = VariableKind.Parameter };
        if (argument is Reference reference)
        {
            variable.Kind = symbol.RefKind == RefKind.Out ? VariableKind.Output : VariableKind.Reference;
            variable.Space = ViewReader.Space(reference.Target);
        }

        scope.Add(symbol, variable);
        return variable;
    }

    private static string Key(IMethodSymbol method, ITypeSymbol[] typeArguments, List<Expression> arguments)
    {
        IEnumerable<string> spaces = arguments.Select(argument => argument switch
        {
            Reference reference => ViewReader.Space(reference.Target).ToString(),
            { Type: ViewType view } => view.Space.ToString(),
            _ => "",
        });
        ISymbol definition = method.OriginalDefinition;
        SyntaxReference place = definition.DeclaringSyntaxReferences[0];
        return place.SyntaxTree.FilePath + ":" + place.Span.Start + " " + method.ContainingType.ToDisplayString() + " " + definition.ToDisplayString()
            + " " + string.Join(",", typeArguments.Select(TypeReader.FullName)) + " " + string.Join(",", spaces);
    }

    /// <summary>How the C# loops call the original: if they can name it and it takes no views, which are pointers there.</summary>
    private static string? CSharpForm(IMethodSymbol method, ITypeSymbol[] typeArguments, List<Expression> arguments)
    {
        bool plain = arguments.All(argument => argument.Type is not (ViewType or TensorType))
            && method.Parameters.All(parameter => parameter.Type.TypeKind != TypeKind.Enum)
            && method.ReturnType.TypeKind != TypeKind.Enum
            && typeArguments.Length == 0 && method.MethodKind != MethodKind.LocalFunction;
        for (ISymbol? symbol = method; plain && symbol is IMethodSymbol or INamedTypeSymbol; symbol = symbol.ContainingType)
            plain = symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal && symbol is not INamedTypeSymbol { IsGenericType: true };
        return plain ? CallReader.CSharpForm(method) : null;
    }
}
