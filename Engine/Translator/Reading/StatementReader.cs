using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads statements.</summary>
internal sealed class StatementReader(KernelContext context, Scope scope, ExpressionReader expressions)
{
    /// <summary>The body of a method.</summary>
    public Block ReadBody(IBlockOperation body) => ReadBlock(body);

    private Block ReadBlock(IOperation operation)
    {
        scope.Depth++;
        IEnumerable<IOperation> operations = operation is IBlockOperation block ? block.Operations : [operation];
        var result = new Block([.. operations.SelectMany(Read)]);
        scope.Depth--;
        return result;
    }

    /// <summary>A statement, after the variables that its expressions declare.</summary>
    private List<Statement> Read(IOperation operation)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        Statement[] read = [.. ReadOne(operation)];
        List<Statement> result = [.. scope.Pending, .. read];
        scope.Pending.Clear();
        return result;
    }

    private IEnumerable<Statement> ReadOne(IOperation operation)
    {
        switch (operation)
        {
            case IBlockOperation:
                return [ReadBlock(operation)];
            case IEmptyOperation or ILocalFunctionOperation:
                return [];
            case IVariableDeclarationGroupOperation group:
                return [.. new DeclarationReader(context, scope, expressions).Read(group)];
            case IExpressionStatementOperation statement:
                return [ReadEffect(statement.Operation)];
            case IReturnOperation { ReturnedValue: { } value, Syntax: ArrowExpressionClauseSyntax } when value.Type?.SpecialType == SpecialType.System_Void:
                return [ReadEffect(value)];
            case IReturnOperation { Kind: OperationKind.Return } result:
                return [new Return(result.ReturnedValue is null ? null : expressions.Read(result.ReturnedValue))];
            case IConditionalOperation choice:
                return [new If(expressions.Read(choice.Condition), ReadBlock(choice.WhenTrue), choice.WhenFalse is null ? null : ReadElse(choice.WhenFalse))];
            case IForLoopOperation loop:
                return [ReadFor(loop)];
            case IWhileLoopOperation { Condition: { } condition } loop:
                return [new While(expressions.Read(condition), ReadBlock(loop.Body), loop.ConditionIsTop)];
            case IBranchOperation { BranchKind: BranchKind.Break }:
                return [new Break()];
            case IBranchOperation { BranchKind: BranchKind.Continue }:
                return [new Continue()];
            case ISwitchOperation choice:
                return [ReadSwitch(choice)];
            case IInvalidOperation:
                return []; // The compiler reports it.
            default:
                context.Report(operation.Syntax, Rules.NotSupported, Describe(operation));
                return [];
        }
    }

    private static string Describe(IOperation operation) => operation switch
    {
        IForEachLoopOperation => "'foreach'",
        ITryOperation => "'try'",
        IThrowOperation => "'throw'",
        IUsingOperation or IUsingDeclarationOperation => "'using'",
        ILockOperation => "'lock'",
        IBranchOperation => "'goto'",
        IReturnOperation => "'yield'",
        _ => "'" + operation.Kind + "'",
    };

    // "else if" stays flat instead of becoming a block with an if in it.
    private Statement ReadElse(IOperation operation) =>
        operation is IConditionalOperation && Read(operation) is [If chained] ? chained : ReadBlock(operation);

    /// <summary>A statement that is an expression: an assignment, ++ or a call.</summary>
    private Statement ReadEffect(IOperation operation)
    {
        switch (operation)
        {
            case ISimpleAssignmentOperation { Target: IDiscardOperation } discard:
                return new CallStatement(expressions.Read(discard.Value));
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                return Assign(assignment.Target, "=", expressions.Read(assignment.Value));
            case ICompoundAssignmentOperation { OperatorMethod: null, IsChecked: false } compound when ExpressionReader.Operator(compound.OperatorKind) is { } text:
                return ReadCompound(compound, text);
            case IIncrementOrDecrementOperation { OperatorMethod: null, IsChecked: false } increment:
                Expression target = Target(increment.Target);
                return new Increment(target, increment.Kind == OperationKind.Increment ? "++" : "--");
            case IInvocationOperation { TargetMethod: { Name: "Barrier" } method } call when Dialect.IsClass(method.ContainingType, "Group"):
                return ReadBarrier(call);
            case IInvocationOperation call:
                return new CallStatement(expressions.Read(call));
            default:
                context.Report(operation.Syntax, Rules.NotSupported, "'" + operation.Kind + "'");
                return new Block([]);
        }
    }

    private Assignment ReadCompound(ICompoundAssignmentOperation compound, string text)
    {
        Expression value = expressions.Read(compound.Value);
        Expression target = Target(compound.Target);
        bool shiftsOrNarrow = text is "<<" or ">>" or ">>>" or "%" || compound.OutConversion is { Exists: true, IsIdentity: false };
        if (!shiftsOrNarrow)
            return new Assignment(target, text + "=", value);

        // C has no >>>=, does not mask shift counts, and has no % of floats: these are written out.
        KernelType type = compound.OutConversion is { Exists: true, IsIdentity: false } ? ScalarType.Int : target.Type;
        var result = new Binary(text, target, value, type);
        return new Assignment(target, "=", type == target.Type ? result : new Cast(result, target.Type, IsImplicit: false));
    }

    private Assignment Assign(IOperation target, string text, Expression value) => new(Target(target), text, value);

    private Expression Target(IOperation operation)
    {
        Expression target = expressions.Read(operation);
        if (target is VariableReference { Variable.Type: ViewType or TensorType })
            context.Report(operation.Syntax, Rules.ViewExpression);
        if (target is FieldAccess field && Root(field) == scope.Self && scope.Self is not null)
            context.Report(operation.Syntax, Rules.NotSupported, "A struct method that changes its struct");
        ViewReader.MarkWritten(target);
        return target;
    }

    private static Variable? Root(Expression expression) => expression switch
    {
        FieldAccess field => Root(field.Instance),
        VariableReference reference => reference.Variable,
        _ => null,
    };

    private Barrier ReadBarrier(IInvocationOperation call)
    {
        context.UsesBarrier = true;
        if (!scope.IsKernel)
            context.Report(call.Syntax, Rules.BarrierPlace, "must stand in the kernel itself, not in a method it calls");
        return new Barrier(call.Syntax);
    }

    private For ReadFor(IForLoopOperation loop)
    {
        scope.Depth++;
        Statement[] start = [.. loop.Before.SelectMany(Read)];
        Expression? condition = loop.Condition is null ? null : expressions.Read(loop.Condition);
        Statement[] step = [.. loop.AtLoopBottom.SelectMany(Read)];
        Block body = ReadBlock(loop.Body);
        scope.Depth--;
        return new For(start, condition, step, body, TripCount.IsSmall(loop));
    }

    private Switch ReadSwitch(ISwitchOperation operation)
    {
        List<SwitchCase> cases = [];
        foreach (ISwitchCaseOperation section in operation.Cases)
        {
            List<Expression?> labels = [];
            foreach (ICaseClauseOperation clause in section.Clauses)
            {
                if (clause is ISingleValueCaseClauseOperation single)
                    labels.Add(expressions.Read(single.Value));
                else if (clause is IDefaultCaseClauseOperation)
                    labels.Add(null);
                else
                    context.Report(clause.Syntax, Rules.NotSupported, "A case that is not a constant");
            }

            cases.Add(new SwitchCase(labels, [.. section.Body.SelectMany(Read)]));
        }

        return new Switch(expressions.Read(operation.Value), cases);
    }
}
