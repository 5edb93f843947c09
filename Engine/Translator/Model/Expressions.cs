using System.Collections.Generic;
using System.Linq;

namespace SegFromScratch.Translator.Model;

/// <summary>An expression of the kernel language. It knows nothing of how a target writes it.</summary>
internal abstract record Expression(KernelType Type)
{
    /// <summary>The expressions that this one is made of.</summary>
    public virtual IEnumerable<Expression> Operands => [];

    /// <summary>This expression and all it is made of.</summary>
    public IEnumerable<Expression> All() => Operands.SelectMany(operand => operand.All()).Prepend(this);
}

/// <summary>A number that is known at build time.</summary>
/// <param name="Value">The boxed number.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsHexadecimal">True if it was written that way.</param>
internal sealed record Literal(object Value, KernelType Type, bool IsHexadecimal = false) : Expression(Type);

/// <summary>An integer constant that the source names.</summary>
internal sealed record ConstantReference(NamedConstant Constant) : Expression(ScalarType.Int);

/// <summary>A variable's value; for a view or tensor the view or tensor itself.</summary>
internal sealed record VariableReference(Variable Variable) : Expression(Variable.Type);

/// <summary>The negative, the complement and so on.</summary>
internal sealed record Unary(string Operator, Expression Operand, KernelType Type) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => [Operand];
}

/// <summary>Two operands and what is done to them, as C# defines it.</summary>
internal sealed record Binary(string Operator, Expression Left, Expression Right, KernelType Type) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => [Left, Right];
}

/// <summary>One of two values.</summary>
internal sealed record Conditional(Expression Condition, Expression WhenTrue, Expression WhenFalse, KernelType Type) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => [Condition, WhenTrue, WhenFalse];
}

/// <summary>A number as another type. An implicit one is written only where C would convert otherwise.</summary>
internal sealed record Cast(Expression Operand, KernelType Type, bool IsImplicit) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => [Operand];
}

/// <summary>A field of a struct.</summary>
/// <param name="Instance">The struct.</param>
/// <param name="Name">The field.</param>
/// <param name="Type">Its type in the kernel language.</param>
/// <param name="IsEnum">True if it is an enum in C#, so that C# has to cast it to its number.</param>
internal sealed record FieldAccess(Expression Instance, string Name, KernelType Type, bool IsEnum) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => [Instance];
}

/// <summary>One element of a view.</summary>
internal sealed record ElementAccess(Expression View, Expression Index, KernelType Type) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => [View, Index];
}

/// <summary>The number of elements of a view.</summary>
internal sealed record ViewLength(Expression View) : Expression(ScalarType.Int)
{
    public override IEnumerable<Expression> Operands => [View];
}

/// <summary>A window on a view.</summary>
internal sealed record SubView(Expression View, Expression Offset, Expression Length) : Expression(View.Type)
{
    public override IEnumerable<Expression> Operands => [View, Offset, Length];
}

/// <summary>The elements of a tensor as they lie in memory.</summary>
internal sealed record TensorData(Variable Tensor, ViewType ViewType) : Expression(ViewType)
{
    public override IEnumerable<Expression> Operands => [new VariableReference(Tensor)];
}

/// <summary>The layout of a tensor.</summary>
internal sealed record TensorLayoutOf(Variable Tensor, StructType Layout) : Expression(Layout)
{
    public override IEnumerable<Expression> Operands => [new VariableReference(Tensor)];
}

/// <summary>A call of a helper that was translated from source. Views, tensors and references are passed as such.</summary>
/// <param name="Function">The helper.</param>
/// <param name="Arguments">The arguments, the instance first.</param>
/// <param name="CSharpForm">How C# calls the original, with {0}, {1} …; null if it has to call the translated form.</param>
internal sealed record FunctionCall(Function Function, IReadOnlyList<Expression> Arguments, string? CSharpForm) : Expression(Function.ReturnType)
{
    public override IEnumerable<Expression> Operands => Arguments;
}

/// <summary>A call for which the targets have forms of their own.</summary>
/// <param name="OpenCl">The OpenCL C text with {0}, {1} … for the arguments; null where OpenCL has none.</param>
/// <param name="Cuda">The CUDA C++ text.</param>
/// <param name="CSharp">The C# text.</param>
/// <param name="Arguments">The arguments, the instance first.</param>
/// <param name="Type">What it returns.</param>
internal sealed record IntrinsicCall(string? OpenCl, string? Cuda, string CSharp, IReadOnlyList<Expression> Arguments, KernelType Type) : Expression(Type)
{
    public override IEnumerable<Expression> Operands => Arguments;
}

/// <summary>Where the running work-item stands: an index or a size of the grid or of the group.</summary>
/// <param name="Owner">Grid or Group.</param>
/// <param name="Member">IdxX, DimY and so on.</param>
/// <param name="OpenCl">The OpenCL C text.</param>
/// <param name="Cuda">The CUDA C++ text.</param>
internal sealed record WorkItemQuery(string Owner, string Member, string OpenCl, string Cuda) : Expression(ScalarType.Int)
{
    /// <summary>True if work-items of one group differ in it.</summary>
    public bool IsPerItem => Owner == "Group" && Member.StartsWith("Idx", System.StringComparison.Ordinal);
}

/// <summary>A new struct from the values of its fields, in order.</summary>
internal sealed record StructCreation(StructType Struct, IReadOnlyList<Expression> Values) : Expression(Struct)
{
    public override IEnumerable<Expression> Operands => Values;
}

/// <summary>All bits zero; for a view, the empty view.</summary>
internal sealed record DefaultValue(KernelType Type) : Expression(Type);

/// <summary>A place that is passed by reference.</summary>
internal sealed record Reference(Expression Target, bool IsOutput) : Expression(Target.Type)
{
    public override IEnumerable<Expression> Operands => [Target];
}
