using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Writing;

/// <summary>Writes statements in the form that C and C# share.</summary>
internal abstract class StatementWriter : ExpressionWriter
{
    /// <summary>Where the text goes.</summary>
    public CodeText Code { get; protected set; } = new();

    /// <summary>Loops and switches around the current statement.</summary>
    protected int Nesting { get; private set; }

    public virtual void Write(Statement statement)
    {
        switch (statement)
        {
            case Block block:
                Code.Open();
                WriteAll(block.Statements);
                Code.Close();
                break;
            case Declaration declaration:
                WriteDeclaration(declaration);
                break;
            case ArrayDeclaration array:
                WriteArray(array);
                break;
            case ConstantDeclaration constant:
                WriteConstant(constant.Constant);
                break;
            case If choice:
                WriteIf(choice, "if (");
                break;
            case For loop:
                WriteFor(loop);
                break;
            case While loop:
                WriteWhile(loop);
                break;
            case Switch choice:
                WriteSwitch(choice);
                break;
            case Break:
                Code.Line("break;");
                break;
            case Continue:
                WriteContinue();
                break;
            case Return result:
                WriteReturn(result);
                break;
            case Barrier:
                WriteBarrier();
                break;
            default:
                Code.Line(Simple(statement) + ";");
                break;
        }
    }

    protected void WriteAll(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements)
            Write(statement);
    }

    protected abstract void WriteArray(ArrayDeclaration array);

    protected abstract void WriteConstant(NamedConstant constant);

    protected abstract void WriteBarrier();

    protected abstract void WriteViewDeclaration(Declaration declaration);

    protected virtual void WriteReturn(Return result) => Code.Line(result.Value is null ? "return;" : "return " + Text(result.Value) + ";");

    protected virtual void WriteContinue() => Code.Line("continue;");

    /// <summary>The line before a loop that is to be unrolled, or null.</summary>
    protected abstract string? UnrollHint { get; }

    protected virtual void WriteDeclaration(Declaration declaration)
    {
        if (declaration.Variable.Type is ViewType)
            WriteViewDeclaration(declaration);
        else
            Code.Line(TypeName(declaration.Variable.Type) + " " + Declarator(declaration) + ";");
    }

    private string Declarator(Declaration declaration) =>
        Name(declaration.Variable) + (declaration.Value is null ? "" : " = " + Text(declaration.Value));

    /// <summary>A statement that fits into the head of a for loop.</summary>
    protected string Simple(Statement statement) => statement switch
    {
        Assignment assignment => Text(assignment.Target) + " " + assignment.Operator + " " + Text(assignment.Value),
        Increment increment => Text(increment.Target, Precedence.Postfix) + increment.Operator,
        CallStatement call => Text(call.Call),
        _ => throw new System.InvalidOperationException("no text for " + statement.GetType().Name),
    };

    private void WriteIf(If choice, string head)
    {
        Code.Line(head + Text(choice.Condition) + ")");
        WriteBody(choice.WhenTrue, choice.WhenFalse is not null);
        if (choice.WhenFalse is If chained)
        {
            WriteIf(chained, "else if (");
        }
        else if (choice.WhenFalse is { } whenFalse)
        {
            Code.Line("else");
            WriteBody(whenFalse, needsBraces: false);
        }
    }

    /// <summary>A body, without braces if it is one statement and nothing is unclear.</summary>
    protected void WriteBody(Statement body, bool needsBraces)
    {
        IReadOnlyList<Statement> statements = body is Block block ? block.Statements : [body];
        bool plain = statements.Count == 1 && statements[0] switch
        {
            If => !needsBraces,
            For loop => !needsBraces && !(loop.Unroll && UnrollHint is not null) && IsOneStatement(loop),
            While or Switch => !needsBraces,
            Assignment or Increment or CallStatement or Return or Break or Continue or Barrier => true,
            _ => false,
        };
        if (plain)
        {
            Code.Indent();
            Write(statements[0]);
            Code.Outdent();
        }
        else
        {
            Code.Open();
            WriteAll(statements);
            Code.Close();
        }
    }

    private static bool IsOneStatement(For loop) => loop.Start.Count <= 1 || loop.Start.All(start => start is Declaration);

    private void WriteFor(For loop)
    {
        string start = "";
        if (loop.Start.Count > 0 && loop.Start.All(statement => statement is Declaration { Variable.Type: ScalarType }) && loop.Start.Select(statement => ((Declaration)statement).Variable.Type).Distinct().Count() == 1)
            start = TypeName(((Declaration)loop.Start[0]).Variable.Type) + " " + string.Join(", ", loop.Start.Select(statement => Declarator((Declaration)statement)));
        else if (loop.Start.Count == 1 && loop.Start[0] is Assignment or Increment or CallStatement)
            start = Simple(loop.Start[0]);
        else if (loop.Start.Count > 0)
            WriteLoopStart(loop.Start);
        if (loop.Unroll && UnrollHint is { } hint)
            Code.Line(hint);
        string condition = loop.Condition is null ? "" : " " + Text(loop.Condition);
        string step = loop.Step.Count == 0 ? "" : " " + string.Join(", ", loop.Step.Select(Simple));
        Code.Line("for (" + start + ";" + condition + ";" + step + ")");
        WriteNested(loop.Body);
        if (start.Length == 0 && loop.Start.Count > 0)
            Code.Close();
    }

    // Variables of different types cannot stand in one head: they get a block around the loop.
    private void WriteLoopStart(IReadOnlyList<Statement> start)
    {
        Code.Open();
        WriteAll(start);
    }

    private void WriteWhile(While loop)
    {
        Code.Line(loop.ConditionFirst ? "while (" + Text(loop.Condition) + ")" : "do");
        WriteNested(loop.Body);
        if (!loop.ConditionFirst)
            Code.Line("while (" + Text(loop.Condition) + ");");
    }

    private void WriteNested(Statement body)
    {
        Nesting++;
        WriteBody(body, needsBraces: false);
        Nesting--;
    }

    private void WriteSwitch(Switch choice)
    {
        Code.Line("switch (" + Text(choice.Value) + ")");
        Code.Open();
        Nesting++;
        foreach (SwitchCase section in choice.Cases)
        {
            foreach (Expression? label in section.Labels)
                Code.Line(label is null ? "default:" : "case " + Text(label) + ":");
            bool declares = section.Body.Any(statement => statement is Declaration or ArrayDeclaration);
            if (declares)
                Code.Open();
            else
                Code.Indent();
            WriteAll(section.Body);
            if (declares)
                Code.Close();
            else
                Code.Outdent();
        }

        Nesting--;
        Code.Close();
    }
}
