using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads declarations of local variables, views, arrays and constants.</summary>
internal sealed class DeclarationReader(KernelContext context, Scope scope, ExpressionReader expressions)
{
    public IEnumerable<Statement> Read(IVariableDeclarationGroupOperation group)
    {
        foreach (IVariableDeclarationOperation declaration in group.Declarations)
        {
            foreach (IVariableDeclaratorOperation declarator in declaration.Declarators)
            {
                if (Read(declarator, (declarator.Initializer ?? declaration.Initializer)?.Value) is { } statement)
                    yield return statement;
            }
        }
    }

    private Statement? Read(IVariableDeclaratorOperation declarator, IOperation? value)
    {
        ILocalSymbol symbol = declarator.Symbol;
        if (symbol.IsConst)
            return Constant(symbol);
        if (symbol.IsRef || Dialect.IsTensor(symbol.Type))
        {
            context.Report(declarator.Syntax, symbol.IsRef ? Rules.NotSupported : Rules.ViewExpression, "A ref local");
            return null;
        }

        if (Dialect.IsView(symbol.Type))
            return View(declarator, symbol, value);
        Expression? initial = value is null ? null : expressions.Read(value);
        var variable = new Variable(symbol.Name, expressions.Types.Read(symbol.Type, declarator.Syntax));
        scope.Add(symbol, variable);
        return new Declaration(variable, initial);
    }

    /// <summary>An integer constant keeps its name; others are written as their value where they are used.</summary>
    private ConstantDeclaration? Constant(ILocalSymbol symbol)
    {
        if (symbol.ConstantValue is not int number || symbol.Type.TypeKind == TypeKind.Enum)
            return null;
        var constant = new NamedConstant(symbol.Name, number);
        scope.Constants[symbol] = constant;
        return new ConstantDeclaration(constant);
    }

    private Statement? View(IVariableDeclaratorOperation declarator, ILocalSymbol symbol, IOperation? value)
    {
        if (value is null)
        {
            context.Report(declarator.Syntax, Rules.ViewExpression);
            return null;
        }

        if (value is IInvocationOperation { TargetMethod: { Name: "Allocate" } method } call && method.ContainingType.Name is "SharedMemory" or "LocalMemory")
            return Array((IInvocationOperation)value, symbol);
        Expression view = expressions.Views.Read(value);
        if (view.Type is not ViewType)
            return null;
        var variable = new Variable(symbol.Name, view.Type);
        variable.ViewOf(ViewReader.Root(view));
        scope.Add(symbol, variable);
        return new Declaration(variable, view);
    }

    private ArrayDeclaration Array(IInvocationOperation call, ILocalSymbol symbol)
    {
        bool isShared = call.TargetMethod.ContainingType.Name == "SharedMemory";
        IOperation length = call.Arguments[0].Value;
        if (!IsConstant(length))
            context.Report(length.Syntax, Rules.LengthNotConstant, symbol.Name);
        if (isShared && (!scope.IsKernel || scope.Depth != 1))
            context.Report(call.Syntax, Rules.AllocatePlace, "SharedMemory", ", at the top level of the kernel method");
        KernelType element = expressions.Types.Read(call.TargetMethod.TypeArguments[0], call.Syntax);
        var variable = new Variable(symbol.Name, new ViewType(element, isShared ? AddressSpace.Shared : AddressSpace.Local));
        scope.Add(symbol, variable);
        return new ArrayDeclaration(variable, expressions.Read(length));
    }

    private static bool IsConstant(IOperation operation) =>
        operation.ConstantValue.HasValue
        || operation is IBinaryOperation binary && IsConstant(binary.LeftOperand) && IsConstant(binary.RightOperand)
        || operation is IPropertyReferenceOperation { Property.Name: "Value", Instance: { } instance } && Dialect.IsSpecialized(instance.Type);
}
