using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Writing;

/// <summary>Writes expressions with no more parentheses than the target's precedence asks for.</summary>
internal abstract class ExpressionWriter
{
    private readonly Dictionary<Variable, string> _names = [];

    /// <summary>False once something was met for which the target has no form.</summary>
    public bool IsAvailable { get; private set; } = true;

    /// <summary>The expression, in parentheses if it binds less tightly than asked.</summary>
    public string Text(Expression expression, int minimum = Precedence.Any)
    {
        string text = Write(expression, out int precedence);
        return precedence < minimum ? "(" + text + ")" : text;
    }

    /// <summary>Gives a variable a name, or an expression, that is not its own.</summary>
    public void Rename(Variable variable, string name) => _names[variable] = name;

    /// <summary>What stands for a variable.</summary>
    public string Name(Variable variable) => _names.TryGetValue(variable, out string? name) ? name : DefaultName(variable);

    /// <summary>The name of a type.</summary>
    public abstract string TypeName(KernelType type);

    protected abstract string DefaultName(Variable variable);

    protected abstract string FieldName(string name);

    protected abstract string WriteLiteral(Literal literal, out int precedence);

    protected abstract string WriteBinary(Binary binary, out int precedence);

    protected abstract string WriteCast(Cast cast, out int precedence);

    protected abstract string WriteVariable(Variable variable, out int precedence);

    protected abstract string WriteDefault(KernelType type);

    protected abstract string WriteCreation(StructCreation creation);

    protected abstract string WriteReference(Reference reference);

    protected abstract string EmptyPointer(ViewType type);

    /// <summary>The target's text of an intrinsic, or null.</summary>
    protected abstract string? Template(IntrinsicCall call);

    protected abstract string WorkItemText(WorkItemQuery query);

    /// <summary>A text without the brackets around it, where it is known to be a cast.</summary>
    protected static string Unwrap(string text) =>
        text.StartsWith("((", System.StringComparison.Ordinal) && text.EndsWith("))", System.StringComparison.Ordinal) || text.EndsWith(".x)", System.StringComparison.Ordinal) || text.EndsWith(".y)", System.StringComparison.Ordinal) || text.EndsWith(".z)", System.StringComparison.Ordinal)
            ? text.Substring(1, text.Length - 2)
            : text;

    /// <summary>Says that the target has no form for something.</summary>
    protected string Unavailable()
    {
        IsAvailable = false;
        return "0";
    }

    /// <summary>A view's pointer.</summary>
    public string Pointer(Expression view, out int precedence)
    {
        precedence = Precedence.Postfix;
        switch (view)
        {
            case TensorData data:
                return Name(data.Tensor) + "_data";
            case SubView part:
                precedence = Precedence.Additive;
                return Text(part.View, Precedence.Additive) + " + " + Text(part.Offset, Precedence.Multiplicative);
            case VariableReference reference:
                return Name(reference.Variable);
            default:
                precedence = Precedence.Unary;
                return EmptyPointer((ViewType)view.Type);
        }
    }

    /// <summary>A view's length.</summary>
    public string Length(Expression view) => view switch
    {
        TensorData data => Name(data.Tensor) + "_data_length",
        SubView part => Text(part.Length),
        VariableReference reference => LengthName(reference.Variable),
        _ => "0",
    };

    /// <summary>The name of the variable that holds a view's length.</summary>
    protected virtual string LengthName(Variable variable) => Name(variable) + "_length";

    /// <summary>Arguments of a helper: a view is its pointer and its length, a tensor both and its layout.</summary>
    protected string Arguments(IEnumerable<Expression> arguments) => string.Join(", ", arguments.Select(argument => argument switch
    {
        Reference reference => WriteReference(reference),
        VariableReference { Variable: { Type: TensorType } tensor } => Name(tensor) + "_data, " + Name(tensor) + "_data_length, " + Name(tensor) + "_layout",
        { Type: ViewType } => Pointer(argument, out _) + ", " + Length(argument),
        _ => Text(argument),
    }));

    protected virtual string WriteCall(FunctionCall call) => call.Function.Name + "(" + Arguments(call.Arguments) + ")";

    /// <summary>Puts arguments into a template; one that does not stand between brackets or commas is wrapped if it has to be.</summary>
    protected string Fill(string template, IReadOnlyList<Expression> arguments) => TemplateText.Fill(template, (index, alone) => Argument(arguments[index], alone ? Precedence.Any : Precedence.Postfix));

    private string Argument(Expression argument, int minimum) => argument is Reference reference ? WriteReference(reference) : Text(argument, minimum);

    private string Write(Expression expression, out int precedence)
    {
        precedence = Precedence.Postfix;
        switch (expression)
        {
            case Literal literal:
                return WriteLiteral(literal, out precedence);
            case ConstantReference constant:
                return constant.Constant.Name;
            case DefaultValue { Type: not ViewType }:
                return WriteDefault(expression.Type);
            case VariableReference { Variable.Type: not (ViewType or TensorType) } variable:
                return WriteVariable(variable.Variable, out precedence);
            case { Type: ViewType }:
                return Pointer(expression, out precedence);
            case TensorLayoutOf layout:
                return Name(layout.Tensor) + "_layout";
            case Unary unary:
                precedence = Precedence.Unary;
                string operand = Text(unary.Operand, Precedence.Unary);
                return unary.Operator + (operand[0] == '-' ? "(" + operand + ")" : operand);
            case Binary binary:
                return WriteBinary(binary, out precedence);
            case Conditional choice:
                precedence = Precedence.Conditional;
                return Text(choice.Condition, Precedence.Conditional + 1) + " ? " + Text(choice.WhenTrue, Precedence.Conditional) + " : " + Text(choice.WhenFalse, Precedence.Conditional);
            case Cast cast:
                return WriteCast(cast, out precedence);
            case FieldAccess field:
                return WriteField(field, out precedence);
            case ElementAccess element:
                string pointer = Pointer(element.View, out int bound);
                return (bound < Precedence.Postfix ? "(" + pointer + ")" : pointer) + "[" + Text(element.Index) + "]";
            case ViewLength length:
                precedence = Precedence.Any;
                string text = Length(length.View);
                precedence = text.All(c => char.IsLetterOrDigit(c) || c == '_') ? Precedence.Postfix : Precedence.Any;
                return text;
            case FunctionCall call:
                return WriteCall(call);
            case IntrinsicCall call:
                string? template = Template(call);
                precedence = template is null ? Precedence.Postfix : TemplateText.PrecedenceOf(template);
                return template is null ? Unavailable() : Fill(template, call.Arguments);
            case WorkItemQuery query:
                string place = WorkItemText(query);
                precedence = place[0] == '(' ? Precedence.Unary : Precedence.Postfix;
                return place;
            case StructCreation creation:
                return WriteCreation(creation);
            case Reference reference:
                return WriteReference(reference);
            default:
                throw new System.InvalidOperationException("no text for " + expression.GetType().Name);
        }
    }

    protected virtual string WriteField(FieldAccess field, out int precedence)
    {
        precedence = Precedence.Postfix;
        return Text(field.Instance, Precedence.Postfix) + "." + FieldName(field.Name);
    }

    /// <summary>A binary expression as C and C# both write it.</summary>
    protected string Infix(Binary binary, out int precedence)
    {
        precedence = Precedence.Of(binary.Operator);
        return Text(binary.Left, precedence) + " " + binary.Operator + " " + Text(binary.Right, precedence + 1);
    }
}
