using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>
/// Which variables and expressions are the same for all work-items of a group. A variable is not if it takes a value that is not,
/// or is assigned where each work-item runs by itself. Found by adding variables until none follows.
/// </summary>
internal sealed class Uniformity
{
    private readonly HashSet<Variable> _varying = [];
    private readonly GroupStructure _structure;

    public Uniformity(GroupStructure structure)
    {
        _structure = structure;
        int before;
        do
        {
            before = _varying.Count;
            foreach (Statement statement in structure.Members)
                Visit(statement);
        }
        while (_varying.Count > before);
    }

    public bool IsUniform(Variable variable) => !_varying.Contains(variable);

    public bool IsUniform(Expression expression) => expression switch
    {
        WorkItemQuery query => !query.IsPerItem,
        VariableReference reference => IsUniform(reference.Variable),
        ElementAccess element => IsReadOnly(element.View) && IsUniform(element.Index),
        IntrinsicCall call => call.Arguments.Count > 0 && call.Arguments.All(argument => argument is not Reference && argument.Type is not ViewType && IsUniform(argument)),
        FunctionCall call => IsPlain(call.Function) && call.Arguments.All(argument => argument is not Reference && (argument.Type is ViewType or TensorType ? IsReadOnly(argument) : IsUniform(argument))),
        _ => expression.Operands.All(IsUniform),
    };

    private void Visit(Statement statement)
    {
        foreach (Reference reference in statement.AllExpressions().OfType<Reference>())
            Vary(Root(reference.Target));
        if (_structure.IsSplit(statement))
            return;
        switch (statement)
        {
            case Declaration declaration:
                if (declaration.Value is { } value && !IsUniform(value))
                    _varying.Add(declaration.Variable);
                break;
            case Assignment assignment when IsUniform(assignment.Value) && assignment.Target is VariableReference:
            case Increment { Target: VariableReference }:
                break;
            default:
                foreach (Statement part in statement.All())
                    VaryTarget(part);
                break;
        }
    }

    private void VaryTarget(Statement part)
    {
        if (part is Assignment assignment)
            Vary(Root(assignment.Target));
        else if (part is Increment increment)
            Vary(Root(increment.Target));
    }

    private void Vary(Variable? variable)
    {
        if (variable is not null)
            _varying.Add(variable);
    }

    private static Variable? Root(Expression target) => target switch
    {
        VariableReference reference => reference.Variable,
        FieldAccess field => Root(field.Instance),
        _ => null,
    };

    private static bool IsReadOnly(Expression view) => view switch
    {
        VariableReference reference => reference.Variable is { Kind: VariableKind.Parameter, IsWritten: false },
        TensorData data => !data.Tensor.IsWritten,
        _ => false,
    };

    private static bool IsPlain(Function function) => function.Body.AllExpressions().All(expression => expression switch
    {
        WorkItemQuery query => !query.IsPerItem,
        FunctionCall call => IsPlain(call.Function),
        IntrinsicCall call => call.Arguments.Count > 0,
        _ => true,
    });
}
