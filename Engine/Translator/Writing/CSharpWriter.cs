using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Writing;

/// <summary>Writes kernels back as C#, with pointers in place of views, for the loops over work-items that the cpu device runs.</summary>
internal class CSharpWriter : StatementWriter
{
    private readonly List<Function> _helpers = [];

    /// <summary>The helpers that the text calls in their translated form, in the order in which they were met.</summary>
    public IReadOnlyList<Function> Helpers => _helpers;

    protected override string? UnrollHint => null;

    public override string TypeName(KernelType type) => type switch
    {
        ViewType view => TypeName(view.Element) + "*",
        _ => type.CSharpName,
    };

    /// <summary>Writes a helper as a static method.</summary>
    public void WriteHelper(Function function)
    {
        IEnumerable<string> parameters = function.Parameters.SelectMany(Parameters).Concat(Queries(function).Select(query => "int " + query));
        Code.Line("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]");
        Code.Line("private static " + TypeName(function.ReturnType) + " " + function.Name + "(" + string.Join(", ", parameters) + ")");
        Code.Open();
        WriteArrays(function.Body);
        WriteAll(function.Body.Statements);
        Code.Close();
    }

    /// <summary>Declares the arrays in local memory that a body uses, once, outside its loops.</summary>
    protected void WriteArrays(Statement body)
    {
        WriteConstants(body);
        HashSet<string> names = [.. body.All().OfType<Declaration>().Select(declaration => declaration.Variable.Name)];
        foreach (ArrayDeclaration array in body.All().OfType<ArrayDeclaration>().Where(array => array.View.Space == AddressSpace.Local))
        {
            MakeUnique(array.Variable, names);
            Code.Line(TypeName(array.View) + " " + Name(array.Variable) + " = stackalloc " + TypeName(array.View.Element) + "[" + Text(array.Length) + "];");
            Code.Line("int " + LengthName(array.Variable) + " = " + Text(array.Length) + ";");
        }
    }

    /// <summary>Declares the named constants of a body before the arrays, whose lengths may be made of them.</summary>
    protected void WriteConstants(Statement body)
    {
        foreach (NamedConstant constant in body.All().OfType<ConstantDeclaration>().Select(declaration => declaration.Constant).Distinct())
            WriteConstant(constant);
    }

    /// <summary>The parameters and fields that stand for a variable: a view is a pointer and a length.</summary>
    public IEnumerable<string> Parameters(Variable variable) => variable switch
    {
        { Kind: VariableKind.Reference } => ["ref " + TypeName(variable.Type) + " " + Name(variable)],
        { Kind: VariableKind.Output } => ["out " + TypeName(variable.Type) + " " + Name(variable)],
        { Type: ViewType view } => [TypeName(view) + " " + Name(variable), "int " + LengthName(variable)],
        { Type: TensorType tensor } => ["float* " + Name(variable) + "_data", "int " + Name(variable) + "_data_length", tensor.Layout.CSharpName + " " + Name(variable) + "_layout"],
        _ => [TypeName(variable.Type) + " " + Name(variable)],
    };

    /// <summary>Gives a variable that moves to an outer scope a name that nothing else there has.</summary>
    protected void MakeUnique(Variable variable, HashSet<string> names)
    {
        string name = variable.Name;
        for (int i = 2; !names.Add(name); i++)
            name = variable.Name + "_" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (name != variable.Name)
            Rename(variable, name);
    }

    public override void Write(Statement statement)
    {
        // Constants and arrays in local memory stand at the top: memory from stackalloc is kept until the method returns.
        if (statement is not (ConstantDeclaration or ArrayDeclaration))
            base.Write(statement);
    }

    protected override string DefaultName(Variable variable) => SyntaxFacts.GetKeywordKind(variable.Name) == SyntaxKind.None ? variable.Name : "@" + variable.Name;

    protected override string LengthName(Variable variable) => Name(variable).TrimStart('@') + "_length";

    protected override string FieldName(string name) => name;

    protected override string WriteVariable(Variable variable, out int precedence)
    {
        precedence = Precedence.Postfix;
        return Name(variable);
    }

    protected override string WriteReference(Reference reference) => (reference.IsOutput ? "out " : "ref ") + Text(reference.Target);

    protected override string WriteBinary(Binary binary, out int precedence) => Infix(binary, out precedence);

    protected override string WriteCast(Cast cast, out int precedence)
    {
        // C# converts by itself wherever the source let it.
        if (cast.IsImplicit)
        {
            precedence = Precedence.Conditional;
            string text = Text(cast.Operand);
            for (int bound = Precedence.Postfix; bound > Precedence.Conditional; bound--)
            {
                if (Text(cast.Operand, bound) == text)
                {
                    precedence = bound;
                    break;
                }
            }

            return text;
        }

        precedence = Precedence.Unary;
        return "(" + TypeName(cast.Type) + ")" + Text(cast.Operand, Precedence.Unary);
    }

    protected override string WriteField(FieldAccess field, out int precedence)
    {
        string text = base.WriteField(field, out precedence);
        if (!field.IsEnum)
            return text;
        precedence = Precedence.Unary;
        return "(" + TypeName(field.Type) + ")" + text;
    }

    protected override string WriteCall(FunctionCall call)
    {
        string[] queries = [.. Queries(call.Function)];
        if (call.CSharpForm is { } form && queries.Length == 0)
            return Fill(form, call.Arguments);
        if (!_helpers.Contains(call.Function))
            _helpers.Add(call.Function);
        string arguments = Arguments(call.Arguments);
        return call.Function.Name + "(" + string.Join(", ", queries.Prepend(arguments).Where(text => text.Length > 0)) + ")";
    }

    // Where a work-item stands is a variable of the loops, so helpers that ask for it get it as a parameter.
    private SortedSet<string> Queries(Function function)
    {
        SortedSet<string> result = new(System.StringComparer.Ordinal);
        foreach (Expression expression in function.Body.AllExpressions())
        {
            if (expression is WorkItemQuery query)
                result.Add(WorkItemText(query));
            else if (expression is FunctionCall call)
                result.UnionWith(Queries(call.Function));
        }

        return result;
    }

    protected override string? Template(IntrinsicCall call) => call.CSharp;

    protected override string WorkItemText(WorkItemQuery query) => query.Owner + query.Member;

    protected override string WriteDefault(KernelType type) => "default(" + TypeName(type) + ")";

    protected override string WriteCreation(StructCreation creation) =>
        "new " + TypeName(creation.Struct) + "(" + string.Join(", ", creation.Values.Select(value => Text(value))) + ")";

    protected override string EmptyPointer(ViewType type) => "null";

    protected override string WriteLiteral(Literal literal, out int precedence)
    {
        string text = literal.Value switch
        {
            bool truth => truth ? "true" : "false",
            float single when float.IsInfinity(single) => single > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity",
            float single when float.IsNaN(single) => "float.NaN",
            double large when double.IsInfinity(large) => large > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity",
            double large when double.IsNaN(large) => "double.NaN",
            float => NumberText.Floating(literal.Value) + "f",
            double => NumberText.Floating(literal.Value),
            uint => NumberText.Integer(literal.Value, literal.IsHexadecimal) + "u",
            long => NumberText.Integer(literal.Value, literal.IsHexadecimal) + "L",
            ulong => NumberText.Integer(literal.Value, literal.IsHexadecimal) + "UL",
            _ => NumberText.Integer(literal.Value, literal.IsHexadecimal),
        };
        precedence = text[0] == '-' ? Precedence.Unary : Precedence.Postfix;
        return text;
    }

    protected override void WriteConstant(NamedConstant constant) => Code.Line("const int " + constant.Name + " = " + NumberText.Integer(constant.Value, false) + ";");

    protected override void WriteArray(ArrayDeclaration array) => throw new System.InvalidOperationException("arrays are declared before the loops");

    protected override void WriteBarrier() => throw new System.InvalidOperationException("barriers split loops and are not written");

    protected override void WriteViewDeclaration(Declaration declaration)
    {
        Code.Line(TypeName(declaration.Variable.Type) + " " + Name(declaration.Variable) + " = " + Pointer(declaration.Value!, out _) + ";");
        Code.Line("int " + LengthName(declaration.Variable) + " = " + Length(declaration.Value!) + ";");
    }
}
