using System.Collections.Generic;

namespace SegFromScratch.Translator.Model;

/// <summary>A type as kernels know it.</summary>
/// <param name="CSharpName">The type's name in generated C#, fully qualified.</param>
internal abstract record KernelType(string CSharpName);

/// <summary>A number or a truth value. Enums are the number they lie on.</summary>
internal sealed record ScalarType(Scalar Kind, string CSharpName) : KernelType(CSharpName)
{
    public static readonly ScalarType Void = new(Scalar.Void, "void");
    public static readonly ScalarType Int = new(Scalar.Int, "int");
    public static readonly ScalarType Long = new(Scalar.Long, "long");
    public static readonly ScalarType Float = new(Scalar.Float, "float");
    public static readonly ScalarType Bool = new(Scalar.Bool, "bool");

    /// <summary>True for types that take 64 bits as integers.</summary>
    public bool IsLong => Kind is Scalar.Long or Scalar.ULong;

    /// <summary>True for floating-point numbers.</summary>
    public bool IsFloating => Kind is Scalar.Float or Scalar.Double;
}

/// <summary>The scalar types of the kernel language.</summary>
internal enum Scalar
{
    Void,
    Bool,
    SByte,
    Byte,
    Short,
    UShort,
    Int,
    UInt,
    Long,
    ULong,
    Float,
    Double,
}

/// <summary>An unmanaged struct, written out field by field in C.</summary>
/// <param name="Name">The name in C.</param>
/// <param name="CSharpName">The name in C#.</param>
/// <param name="Fields">The fields as they lie in memory.</param>
internal sealed record StructType(string Name, string CSharpName, IReadOnlyList<StructField> Fields) : KernelType(CSharpName);

/// <summary>One field of a struct.</summary>
internal sealed record StructField(string Name, KernelType Type);

/// <summary>A type for which a target has one of its own, such as a vector of four floats; null where it has none.</summary>
internal sealed record DeviceType(string? OpenCl, string? Cuda, string CSharpName) : KernelType(CSharpName);

/// <summary>A view: a pointer and a length.</summary>
internal sealed record ViewType(KernelType Element, AddressSpace Space) : KernelType(Element.CSharpName + "*");

/// <summary>A tensor: the view of its elements and their layout.</summary>
internal sealed record TensorType(StructType Layout) : KernelType("");

/// <summary>Where memory lies. OpenCL C 1.2 has no pointers that may point anywhere, so each view's place is part of its type.</summary>
internal enum AddressSpace
{
    Local,
    Global,
    Shared,
}
