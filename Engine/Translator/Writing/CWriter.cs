using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Writing;

/// <summary>What OpenCL C and CUDA C++ share: the form of the program, pointers, structs.</summary>
internal abstract class CWriter(KernelModel model) : StatementWriter
{
    private const int LongLine = 110;

    protected KernelModel Model { get; } = model;

    /// <summary>The whole program, or null if the target has no form for something in it.</summary>
    public string? WriteProgram()
    {
        string kernel = Section(WriteKernel);
        string helpers = Section(() =>
        {
            foreach (Function function in Model.Functions)
                WriteFunction(function);
        });
        Code = new CodeText();
        foreach (string line in Model.Summary)
            Code.Line("// " + line);
        WritePreamble();
        foreach (StructType type in Model.Structs)
            WriteStruct(type);
        foreach (NamedConstant constant in Model.Constants)
            WriteConstant(constant);
        if (Model.Constants.Count > 0)
            Code.Line();
        foreach (string name in Prelude.InOrder(Model.Prelude))
        {
            Code.Lines(Prelude.Text(name).Replace("INLINE", FunctionPrefix));
            Code.Line();
        }

        return IsAvailable ? Code + helpers + kernel : null;
    }

    protected abstract string FunctionPrefix { get; }

    protected abstract string KernelPrefix { get; }

    protected abstract string IndexText { get; }

    protected abstract void WritePreamble();

    /// <summary>A pointer type, with where it points and whether it is only read.</summary>
    protected abstract string PointerType(KernelType element, AddressSpace space, bool isWritten, bool isRestricted);

    /// <summary>The parameters of the kernel for a view.</summary>
    protected abstract IEnumerable<string> KernelViewParameters(string name, ViewType view, Variable variable);

    /// <summary>Lines at the start of the kernel that make views of its parameters.</summary>
    protected abstract void WriteKernelView(string name, ViewType view, Variable variable);

    protected override string DefaultName(Variable variable) => variable.Kind == VariableKind.Specialized ? "SPEC_" + variable.Name : Reserved.Escape(variable.Name);

    protected override string FieldName(string name) => Reserved.Escape(name);

    protected override string LengthName(Variable variable) => variable.Name + "_length";

    protected override string WriteVariable(Variable variable, out int precedence)
    {
        bool isPointer = variable.Kind is VariableKind.Reference or VariableKind.Output;
        precedence = isPointer ? Precedence.Unary : Precedence.Postfix;
        return isPointer ? "*" + Name(variable) : Name(variable);
    }

    protected override string WriteReference(Reference reference) => reference.Target switch
    {
        VariableReference { Variable: { Kind: VariableKind.Reference or VariableKind.Output } variable } => Name(variable),
        _ => "&" + Text(reference.Target, Precedence.Unary),
    };

    protected override string WriteBinary(Binary binary, out int precedence)
    {
        switch (binary.Operator)
        {
            case "%" when binary.Type is ScalarType { IsFloating: true } type:
                precedence = Precedence.Postfix;
                return (type.Kind == Scalar.Float ? RemainderName : "fmod") + "(" + Text(binary.Left) + ", " + Text(binary.Right) + ")";
            case ">>>":
                precedence = Precedence.Unary;
                var unsigned = new ScalarType(binary.Type is ScalarType { IsLong: true } ? Scalar.ULong : Scalar.UInt, "");
                return "(" + TypeName(binary.Type) + ")(" + Infix(new Binary(">>", new Cast(binary.Left, unsigned, IsImplicit: false), Masked(binary), unsigned), out _) + ")";
            case "<<" or ">>":
                return Infix(binary with { Right = Masked(binary) }, out precedence);
            default:
                return Infix(binary, out precedence);
        }
    }

    protected abstract string RemainderName { get; }

    // C# takes a shift count modulo the width; in C a larger one is undefined.
    private static Expression Masked(Binary shift)
    {
        int mask = shift.Type is ScalarType { IsLong: true } ? 63 : 31;
        return shift.Right is Literal { Value: int count } && count >= 0 && count <= mask ? shift.Right : new Binary("&", shift.Right, new Literal(mask, ScalarType.Int), ScalarType.Int);
    }

    protected override string WriteCast(Cast cast, out int precedence)
    {
        // What C converts by itself to the same value stays unwritten; unsigned and 64-bit operands it would mix differently.
        if (cast.IsImplicit && cast.Type is ScalarType { Kind: Scalar.Float or Scalar.Double or Scalar.Int })
        {
            string text = Text(cast.Operand);
            precedence = Precedence.Any;
            return SamePrecedence(cast.Operand, text, out precedence);
        }

        precedence = Precedence.Unary;
        return "(" + TypeName(cast.Type) + ")" + Text(cast.Operand, Precedence.Unary);
    }

    // An unwritten conversion binds as its operand does.
    private string SamePrecedence(Expression operand, string text, out int precedence)
    {
        for (precedence = Precedence.Postfix; precedence > Precedence.Any && Text(operand, precedence) != text; precedence--)
        {
        }

        return text;
    }

    protected override string WriteLiteral(Literal literal, out int precedence)
    {
        string text = literal.Value switch
        {
            bool truth => truth ? "true" : "false",
            int.MinValue => "(-2147483647 - 1)",
            float single when float.IsInfinity(single) => single > 0 ? InfinityText : "-" + InfinityText,
            float single when float.IsNaN(single) => NotANumberText,
            float => NumberText.Floating(literal.Value) + "f",
            double large when double.IsInfinity(large) => (large > 0 ? "" : "-") + "(double)" + InfinityText,
            double large when double.IsNaN(large) => "(double)" + NotANumberText,
            double => NumberText.Floating(literal.Value),
            uint => NumberText.Integer(literal.Value, literal.IsHexadecimal) + "u",
            long.MinValue => "(-9223372036854775807" + LongSuffix + " - 1)",
            long => NumberText.Integer(literal.Value, literal.IsHexadecimal) + LongSuffix,
            ulong => NumberText.Integer(literal.Value, literal.IsHexadecimal) + "U" + LongSuffix,
            _ => NumberText.Integer(literal.Value, literal.IsHexadecimal),
        };
        precedence = text[0] == '-' || text.StartsWith("(double)", System.StringComparison.Ordinal) ? Precedence.Unary : Precedence.Postfix;
        return text;
    }

    protected abstract string LongSuffix { get; }

    protected abstract string InfinityText { get; }

    protected abstract string NotANumberText { get; }

    protected override void WriteConstant(NamedConstant constant) =>
        Code.Line("enum { " + constant.Name + " = " + NumberText.Integer(constant.Value, false) + " };");

    protected override void WriteViewDeclaration(Declaration declaration)
    {
        Variable variable = declaration.Variable;
        var view = (ViewType)variable.Type;
        Code.Line(PointerType(view.Element, view.Space, variable.IsWritten, isRestricted: false) + " " + Name(variable) + " = " + Pointer(declaration.Value!, out _) + ";");
        Code.Line("const int " + LengthName(variable) + " = " + Length(declaration.Value!) + ";");
    }

    protected override void WriteArray(ArrayDeclaration array)
    {
        string length = Text(array.Length);
        Code.Line(ArrayPrefix(array.View.Space) + TypeName(array.View.Element) + " " + Name(array.Variable) + "[" + length + "];");
        if (NeedsLength(array.Variable))
            Code.Line("const int " + LengthName(array.Variable) + " = " + length + ";");
    }

    protected abstract string ArrayPrefix(AddressSpace space);

    private Statement _body = new Block([]);

    // The length of an array is seldom asked for, and the array's declaration says it already.
    private bool NeedsLength(Variable variable) => _body.AllExpressions().Any(expression => expression switch
    {
        ViewLength { View: VariableReference view } => view.Variable == variable,
        FunctionCall call => call.Arguments.Any(argument => argument is VariableReference view && view.Variable == variable),
        _ => false,
    }) || _body.All().Any(statement => statement is Declaration { Value: VariableReference view } && view.Variable == variable);

    private string Section(System.Action write)
    {
        Code = new CodeText();
        write();
        return Code.ToString();
    }

    private void WriteStruct(StructType type)
    {
        Code.Line("typedef struct");
        Code.Open();

        // An empty struct has a size in C# and C++ and none in C.
        if (type.Fields.Count == 0)
            Code.Line("char unused;");
        foreach (StructField field in type.Fields)
            Code.Line((field.Type is ScalarType { Kind: Scalar.Bool } ? TypeName(new ScalarType(Scalar.Byte, "byte")) : TypeName(field.Type)) + " " + FieldName(field.Name) + ";");
        Code.Close("} " + type.Name + ";");
        Code.Line();
    }

    private void WriteFunction(Function function)
    {
        _body = function.Body;
        WriteSignature(FunctionPrefix + " " + TypeName(function.ReturnType) + " " + function.Name, [.. function.Parameters.SelectMany(HelperParameters)]);
        Code.Open();
        WriteAll(function.Body.Statements);
        Code.Close();
        Code.Line();
    }

    private void WriteKernel()
    {
        _body = Model.Body;
        List<string> parameters = Model.Index is null ? [] : ["int extent"];
        foreach (Variable variable in Model.Parameters.Where(variable => variable.Kind != VariableKind.Specialized))
        {
            if (Viewed(variable) is { } view)
                parameters.AddRange(KernelViewParameters(view.Name, view.View, variable));
            if (variable.Type is TensorType tensor)
                parameters.Add(tensor.Layout.Name + " " + Name(variable) + "_layout");
            else if (variable.Type is not ViewType)
                parameters.Add((variable.Type == ScalarType.Bool ? "int" : TypeName(variable.Type)) + " " + Name(variable));
        }

        WriteSignature(KernelPrefix + " void " + Model.Name, parameters);
        Code.Open();
        foreach (Variable variable in Model.Parameters)
        {
            if (Viewed(variable) is { } view)
                WriteKernelView(view.Name, view.View, variable);
        }

        if (Model.Index is { } index)
        {
            Code.Line("int " + Name(index) + " = " + IndexText + ";");
            Code.Line("if (" + Name(index) + " >= extent)");
            Code.Indent();
            Code.Line("return;");
            Code.Outdent();
        }

        WriteAll(Model.Body.Statements);
        Code.Close();
    }

    private (string Name, ViewType View)? Viewed(Variable variable) => variable.Type switch
    {
        ViewType view => (Name(variable), view),
        TensorType => (Name(variable) + "_data", new ViewType(ScalarType.Float, AddressSpace.Global)),
        _ => null,
    };

    private IEnumerable<string> HelperParameters(Variable variable)
    {
        if (variable.Kind is VariableKind.Reference or VariableKind.Output)
            return [PointerType(variable.Type, variable.Space, isWritten: true, isRestricted: false) + " " + Name(variable)];
        if (Viewed(variable) is not { } view)
            return [TypeName(variable.Type) + " " + Name(variable)];
        string pointer = PointerType(view.View.Element, view.View.Space, variable.IsWritten, isRestricted: false) + " " + view.Name;
        return variable.Type is TensorType tensor
            ? [pointer, "int " + view.Name + "_length", tensor.Layout.Name + " " + Name(variable) + "_layout"]
            : [pointer, "int " + LengthName(variable)];
    }

    // One parameter a line when they do not fit into one line.
    private void WriteSignature(string head, List<string> parameters)
    {
        string line = head + "(" + string.Join(", ", parameters) + ")";
        if (line.Length <= LongLine)
        {
            Code.Line(line);
            return;
        }

        Code.Line(head + "(");
        Code.Indent();
        for (int i = 0; i < parameters.Count; i++)
            Code.Line(parameters[i] + (i + 1 < parameters.Count ? "," : ")"));
        Code.Outdent();
    }
}
