using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>What each work-item has to carry from one item loop to another: computed again where that is cheap, else one slot a work-item.</summary>
internal sealed class Crossing
{
    private readonly Dictionary<Variable, Declaration> _declarations = [];
    private readonly HashSet<Variable> _recomputed = [];

    public Crossing(GroupPlan plan)
    {
        ItemLoop[] loops = [.. plan.Body.All().OfType<ItemLoop>()];
        foreach (Declaration declaration in loops.SelectMany(loop => loop.Statements).OfType<Declaration>())
            _declarations[declaration.Variable] = declaration;
        ArrayDeclaration[] arrays = [.. plan.Body.All().OfType<ArrayDeclaration>()];
        HashSet<Variable> crossing = [.. _declarations.Keys.Where(variable => loops.Count(loop => Uses(loop, variable)) > 1)];
        foreach (Variable variable in _declarations.Keys.Where(crossing.Contains))
        {
            if (IsCheap(_declarations[variable], plan))
                _recomputed.Add(variable);
        }

        Widened = [.. _declarations.Keys.Where(variable => crossing.Contains(variable) && !_recomputed.Contains(variable))];
        WidenedArrays = [.. arrays.Where(array => array.View.Space == AddressSpace.Local && loops.Count(loop => Uses(loop, array.Variable)) > 1)];
        if (Widened.FirstOrDefault(variable => variable.Type is ViewType) is { } view)
            throw new System.InvalidOperationException("view '" + view.Name + "' lives across a barrier and cannot be computed again: make it after the barrier");
    }

    /// <summary>Variables with one slot a work-item.</summary>
    public IReadOnlyList<Variable> Widened { get; }

    /// <summary>Arrays in local memory with one array a work-item.</summary>
    public IReadOnlyList<ArrayDeclaration> WidenedArrays { get; }

    /// <summary>The declarations that a loop has to repeat before its own statements.</summary>
    public IEnumerable<Declaration> Repeated(ItemLoop loop)
    {
        HashSet<Variable> needed = [.. _recomputed.Where(variable => Uses(loop, variable) && !loop.Statements.OfType<Declaration>().Any(own => own.Variable == variable))];
        foreach (Variable variable in _recomputed.Reverse())
        {
            if (needed.Contains(variable))
                needed.UnionWith(References(_declarations[variable].Value!).Where(other => _recomputed.Contains(other) && !loop.Statements.OfType<Declaration>().Any(own => own.Variable == other)));
        }

        return _declarations.Keys.Where(needed.Contains).Select(variable => _declarations[variable]);
    }

    /// <summary>True if a loop mentions a variable.</summary>
    public static bool Uses(ItemLoop loop, Variable variable) =>
        loop.Statements.Any(statement => statement.All().Any(part => part is Declaration declaration && declaration.Variable == variable) || statement.AllExpressions().Any(expression => expression is VariableReference reference && reference.Variable == variable));

    private bool IsCheap(Declaration declaration, GroupPlan plan) =>
        declaration.Value is { } value && !declaration.Variable.IsAssigned && value.All().All(expression => expression switch
        {
            VariableReference reference => IsFixed(reference.Variable, plan),
            Literal or ConstantReference or WorkItemQuery or Unary or Binary or Cast or FieldAccess or SubView or TensorData or TensorLayoutOf or ViewLength => true,
            _ => false,
        });

    private bool IsFixed(Variable variable, GroupPlan plan) =>
        !variable.IsAssigned && (_recomputed.Contains(variable) || plan.IsUniform(variable) && !_declarations.ContainsKey(variable) || variable.Type is ViewType && !_declarations.ContainsKey(variable));

    private static IEnumerable<Variable> References(Expression expression) => expression.All().OfType<VariableReference>().Select(reference => reference.Variable);
}
