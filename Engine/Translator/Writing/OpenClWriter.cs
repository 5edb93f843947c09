using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Writing;

/// <summary>Writes OpenCL C 1.2.</summary>
internal sealed class OpenClWriter(KernelModel model) : CWriter(model)
{
    protected override string FunctionPrefix => "static inline";

    protected override string KernelPrefix => "__kernel";

    protected override string IndexText => "(int)get_global_id(0)";

    // OpenCL C has an attribute for this since 2.0. In 1.2 the pragma is safer: drivers built on clang and NVIDIA's (cl_nv_pragma_unroll) know it, and others have to ignore it.
    protected override string UnrollHint => "#pragma unroll";

    protected override string RemainderName => "fmod";

    protected override string LongSuffix => "L";

    protected override string InfinityText => "INFINITY";

    protected override string NotANumberText => "NAN";

    public override string TypeName(KernelType type) => type switch
    {
        ScalarType scalar => scalar.Kind switch
        {
            Scalar.Byte => "uchar",
            Scalar.SByte => "char",
            Scalar.UShort => "ushort",
            Scalar.UInt => "uint",
            Scalar.ULong => "ulong",
            _ => scalar.CSharpName,
        },
        StructType structure => structure.Name,
        DeviceType device => device.OpenCl ?? Unavailable(),
        _ => throw new System.InvalidOperationException("no name for " + type),
    };

    protected override void WritePreamble()
    {
        bool usesDouble = Model.Functions.Select(function => function.Body).Append(Model.Body).Any(body => body.AllExpressions().Any(expression => expression.Type is ScalarType { Kind: Scalar.Double }));
        if (usesDouble)
            Code.Line("#pragma OPENCL EXTENSION cl_khr_fp64 : enable");
    }

    protected override string WriteCast(Cast cast, out int precedence)
    {
        // C# saturates and makes NaN zero; a plain C cast of such a value is undefined.
        if (cast is { Type: ScalarType { IsFloating: false } target, Operand.Type: ScalarType { IsFloating: true } } && target.Kind is Scalar.Int or Scalar.UInt or Scalar.Long or Scalar.ULong)
        {
            precedence = Precedence.Postfix;
            return "convert_" + TypeName(target) + "_sat(" + Text(cast.Operand) + ")";
        }

        return base.WriteCast(cast, out precedence);
    }

    protected override string? Template(IntrinsicCall call) => call.OpenCl;

    protected override string WorkItemText(WorkItemQuery query) => Unwrap(query.OpenCl);

    protected override string WriteDefault(KernelType type) => type switch
    {
        ScalarType { Kind: Scalar.Float } => "0.0f",
        ScalarType { Kind: Scalar.Bool } => "false",
        ScalarType => "0",
        DeviceType => "(" + TypeName(type) + ")(0)",
        _ => "((" + TypeName(type) + "){0})",
    };

    protected override string WriteCreation(StructCreation creation) =>
        "((" + creation.Struct.Name + "){" + string.Join(", ", creation.Values.Select(value => Text(value))) + "})";

    protected override string EmptyPointer(ViewType type) => "(" + PointerType(type.Element, type.Space, isWritten: false, isRestricted: false) + ")0";

    protected override string PointerType(KernelType element, AddressSpace space, bool isWritten, bool isRestricted) =>
        SpaceName(space) + (isWritten ? "" : "const ") + ElementName(element) + "*" + (isRestricted ? " restrict" : "");

    protected override IEnumerable<string> KernelViewParameters(string name, ViewType view, Variable variable) =>
    [
        PointerType(view.Element, AddressSpace.Global, variable.IsWritten, !Model.MayAlias) + " " + name + "_base",
        "long " + name + "_offset",
        "int " + name + "_length",
    ];

    protected override void WriteKernelView(string name, ViewType view, Variable variable) =>
        Code.Line(PointerType(view.Element, AddressSpace.Global, variable.IsWritten, isRestricted: false) + " " + name + " = " + name + "_base + " + name + "_offset;");

    protected override string ArrayPrefix(AddressSpace space) => space == AddressSpace.Shared ? "__attribute__((aligned(16))) __local " : "";

    protected override void WriteBarrier() => Code.Line("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);");

    private string ElementName(KernelType element) => element == ScalarType.Bool ? "uchar" : TypeName(element);

    private static string SpaceName(AddressSpace space) => space switch
    {
        AddressSpace.Global => "__global ",
        AddressSpace.Shared => "__local ",
        _ => "",
    };
}
