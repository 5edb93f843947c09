using System.Collections.Generic;
using System.Linq;

namespace SegFromScratch.Translator.Model;

/// <summary>A statement of the kernel language.</summary>
internal abstract record Statement
{
    /// <summary>The expressions directly in this statement.</summary>
    public virtual IEnumerable<Expression> Expressions => [];

    /// <summary>The statements directly in this one.</summary>
    public virtual IEnumerable<Statement> Children => [];

    /// <summary>This statement and all in it.</summary>
    public IEnumerable<Statement> All() => Children.SelectMany(child => child.All()).Prepend(this);

    /// <summary>All expressions in this statement, at any depth.</summary>
    public IEnumerable<Expression> AllExpressions() => All().SelectMany(statement => statement.Expressions).SelectMany(expression => expression.All());
}

/// <summary>Statements in braces.</summary>
internal sealed record Block(IReadOnlyList<Statement> Statements) : Statement
{
    public override IEnumerable<Statement> Children => Statements;
}

/// <summary>A local variable, which may be a view.</summary>
internal sealed record Declaration(Variable Variable, Expression? Value) : Statement
{
    public override IEnumerable<Expression> Expressions => Value is null ? [] : [Value];
}

/// <summary>An array in shared or local memory; its length is a constant to the compiled kernel.</summary>
internal sealed record ArrayDeclaration(Variable Variable, Expression Length) : Statement
{
    public override IEnumerable<Expression> Expressions => [Length];

    public ViewType View => (ViewType)Variable.Type;
}

/// <summary>A named integer constant that is local to the kernel.</summary>
internal sealed record ConstantDeclaration(NamedConstant Constant) : Statement;

/// <summary>An assignment, plain ("=") or compound ("+=").</summary>
internal sealed record Assignment(Expression Target, string Operator, Expression Value) : Statement
{
    public override IEnumerable<Expression> Expressions => [Target, Value];
}

/// <summary>Adds or subtracts one.</summary>
internal sealed record Increment(Expression Target, string Operator) : Statement
{
    public override IEnumerable<Expression> Expressions => [Target];
}

/// <summary>A call for what it does.</summary>
internal sealed record CallStatement(Expression Call) : Statement
{
    public override IEnumerable<Expression> Expressions => [Call];
}

internal sealed record If(Expression Condition, Statement WhenTrue, Statement? WhenFalse) : Statement
{
    public override IEnumerable<Expression> Expressions => [Condition];

    public override IEnumerable<Statement> Children => WhenFalse is null ? [WhenTrue] : [WhenTrue, WhenFalse];
}

/// <summary>A for loop. <paramref name="Unroll"/>: its trip count is known and small.</summary>
internal sealed record For(IReadOnlyList<Statement> Start, Expression? Condition, IReadOnlyList<Statement> Step, Statement Body, bool Unroll) : Statement
{
    public override IEnumerable<Expression> Expressions => Condition is null ? [] : [Condition];

    public override IEnumerable<Statement> Children => [.. Start, .. Step, Body];
}

/// <summary>A while or do loop.</summary>
internal sealed record While(Expression Condition, Statement Body, bool ConditionFirst) : Statement
{
    public override IEnumerable<Expression> Expressions => [Condition];

    public override IEnumerable<Statement> Children => [Body];
}

internal sealed record Switch(Expression Value, IReadOnlyList<SwitchCase> Cases) : Statement
{
    public override IEnumerable<Expression> Expressions => [Value];

    public override IEnumerable<Statement> Children => Cases.SelectMany(section => section.Body);
}

/// <summary>A section of a switch; a null label is the default.</summary>
internal sealed record SwitchCase(IReadOnlyList<Expression?> Labels, IReadOnlyList<Statement> Body);

internal sealed record Break : Statement;

internal sealed record Continue : Statement;

internal sealed record Return(Expression? Value) : Statement
{
    public override IEnumerable<Expression> Expressions => Value is null ? [] : [Value];
}

/// <summary>Waits for the group. <paramref name="Place"/> is where a message about it goes.</summary>
internal sealed record Barrier(Microsoft.CodeAnalysis.SyntaxNode Place) : Statement;
