using System;
using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>Cuts a kernel at its barriers: what is between two of them becomes an <see cref="ItemLoop"/>, what is the same for all work-items stays outside.</summary>
internal sealed class GroupPlan
{
    private readonly GroupStructure _structure;
    private readonly Uniformity _uniformity;
    private readonly Action<Barrier, string> _report;

    /// <param name="body">The kernel's body.</param>
    /// <param name="report">Is told of barriers that not all work-items reach.</param>
    public GroupPlan(Block body, Action<Barrier, string> report)
    {
        _report = report;
        _structure = new GroupStructure(body);
        _uniformity = new Uniformity(_structure);
        Body = body.All().Any(statement => statement is Barrier) ? Cut(body) : new Block([new ItemLoop(body.Statements)]);
    }

    /// <summary>The kernel with its item loops.</summary>
    public Block Body { get; }

    public bool IsUniform(Variable variable) => _uniformity.IsUniform(variable);

    private Block Cut(Statement body)
    {
        List<Statement> result = [];
        List<Statement> open = [];
        foreach (Statement statement in body is Block block ? block.Statements : [body])
        {
            if (IsHoisted(statement))
            {
                // It does not depend on what work-items do, so it may run before the loop that is being gathered.
                result.Add(statement);
                continue;
            }

            if (!IsOfGroup(statement))
            {
                open.Add(statement);
                continue;
            }

            Flush(open, result);
            if (statement is not Barrier)
                result.Add(CutControl(statement));
        }

        Flush(open, result);
        return new Block(result);
    }

    private static void Flush(List<Statement> open, List<Statement> result)
    {
        if (open.Count > 0)
            result.Add(new ItemLoop([.. open]));
        open.Clear();
    }

    private bool IsHoisted(Statement statement) => statement switch
    {
        ConstantDeclaration or ArrayDeclaration => true,
        Declaration { Value: null } declaration => _uniformity.IsUniform(declaration.Variable),
        Declaration declaration => !declaration.Variable.IsAssigned && declaration.Variable.Type is not ViewType && _uniformity.IsUniform(declaration.Variable) && declaration.Value!.All().OfType<VariableReference>().All(reference => !reference.Variable.IsAssigned),
        _ => false,
    };

    private bool IsOfGroup(Statement statement) => statement switch
    {
        Barrier => true,
        Declaration declaration => declaration.Variable.Type is not ViewType && _uniformity.IsUniform(declaration.Variable),
        Assignment { Target: VariableReference target } => _uniformity.IsUniform(target.Variable),
        Increment { Target: VariableReference target } => _uniformity.IsUniform(target.Variable),
        _ => _structure.IsSplit(statement),
    };

    private Statement CutControl(Statement statement)
    {
        switch (statement)
        {
            case Block:
                return Cut(statement);
            case If choice:
                Demand(choice, choice.Condition, "an if");
                return new If(choice.Condition, Cut(choice.WhenTrue), choice.WhenFalse is null ? null : Cut(choice.WhenFalse));
            case For loop:
                if (loop.Condition is { } condition && !_uniformity.IsUniform(condition))
                    Demand(loop, condition, "a loop");
                else if (loop.Start.Concat(loop.Step).Any(head => !IsHoisted(head) && (!IsOfGroup(head) || head is Barrier)))
                    _report(_structure.Cause(loop), "stands in a loop whose head sets a variable that depends on the work-item: set it in the loop's body");
                return loop with { Body = Cut(loop.Body) };
            case While loop:
                Demand(loop, loop.Condition, "a loop");
                return loop with { Body = Cut(loop.Body) };
            case Switch choice:
                Demand(choice, choice.Value, "a switch");
                return choice with { Cases = [.. choice.Cases.Select(section => section with { Body = Cut(new Block(section.Body)).Statements })] };
            default:
                return statement;
        }
    }

    private void Demand(Statement statement, Expression condition, string what)
    {
        if (!_uniformity.IsUniform(condition))
            _report(_structure.Cause(statement), "is not reached by all work-items: " + what + " around it, or one that leaves before it, depends on the work-item");
    }
}
