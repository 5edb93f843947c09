using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Writing;

/// <summary>Writes CUDA C++ for NVRTC, which brings no headers: types are spelled out, because long is 32 bits wide on Windows.</summary>
internal sealed class CudaWriter(KernelModel model) : CWriter(model)
{
    protected override string FunctionPrefix => "static __device__ __forceinline__";

    protected override string KernelPrefix => "extern \"C\" __global__" + (Model.GroupSize > 0 ? " __launch_bounds__(" + Model.GroupSize.ToString(CultureInfo.InvariantCulture) + ")" : "");

    protected override string IndexText => "(int)(blockIdx.x * blockDim.x + threadIdx.x)";

    protected override string UnrollHint => "#pragma unroll";

    protected override string RemainderName => "fmodf";

    protected override string LongSuffix => "LL";

    protected override string InfinityText => "__int_as_float(0x7F800000)";

    protected override string NotANumberText => "__int_as_float(0x7FC00000)";

    public override string TypeName(KernelType type) => type switch
    {
        ScalarType scalar => scalar.Kind switch
        {
            Scalar.Byte => "unsigned char",
            Scalar.SByte => "signed char",
            Scalar.UShort => "unsigned short",
            Scalar.UInt => "unsigned int",
            Scalar.Long => "long long",
            Scalar.ULong => "unsigned long long",
            _ => scalar.CSharpName,
        },
        StructType structure => structure.Name,
        DeviceType device => device.Cuda ?? Unavailable(),
        _ => throw new System.InvalidOperationException("no name for " + type),
    };

    protected override void WritePreamble()
    {
    }

    protected override string? Template(IntrinsicCall call) => call.Cuda;

    protected override string WorkItemText(WorkItemQuery query) => Unwrap(query.Cuda);

    protected override string WriteDefault(KernelType type) => type switch
    {
        ScalarType { Kind: Scalar.Float } => "0.0f",
        ScalarType { Kind: Scalar.Bool } => "false",
        ScalarType => "0",
        _ => TypeName(type) + "{}",
    };

    protected override string WriteCreation(StructCreation creation) =>
        creation.Struct.Name + "{" + string.Join(", ", creation.Values.Select(value => Text(value))) + "}";

    protected override string EmptyPointer(ViewType type) => "nullptr";

    protected override string PointerType(KernelType element, AddressSpace space, bool isWritten, bool isRestricted) =>
        (isWritten ? "" : "const ") + TypeName(element) + "*" + (isRestricted ? " __restrict__" : "");

    protected override IEnumerable<string> KernelViewParameters(string name, ViewType view, Variable variable) =>
    [
        PointerType(view.Element, AddressSpace.Global, variable.IsWritten, !Model.MayAlias) + " " + name,
        "int " + name + "_length",
    ];

    protected override void WriteKernelView(string name, ViewType view, Variable variable)
    {
    }

    protected override string ArrayPrefix(AddressSpace space) => space == AddressSpace.Shared ? "__shared__ __align__(16) " : "";

    protected override void WriteBarrier() => Code.Line("__syncthreads();");
}
