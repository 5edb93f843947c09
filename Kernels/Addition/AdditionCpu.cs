using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Addition;

/// <summary>Addition on the <c>cpu</c> device, for any layout.</summary>
internal static class AdditionCpu
{
    /// <summary>output = a + b, where all three have the same layout. Also adds up gradients: the output may be a.</summary>
    public static void Forward(CpuDevice device, ArrayView<float> a, ArrayView<float> b, ArrayView<float> output) =>
        Map.Run(device, default(Sum), a, b, output);

    /// <summary>output = max(0, a + b), where all three have the same layout.</summary>
    public static void ForwardRelu(CpuDevice device, ArrayView<float> a, ArrayView<float> b, ArrayView<float> output) =>
        Map.Run(device, default(ReluOfSum), a, b, output);

    private readonly struct Sum : IVectorFunction2
    {
        public Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a + b;
    }

    private readonly struct ReluOfSum : IVectorFunction2
    {
        public Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Vector256.Max(a + b, Vector256<float>.Zero);
    }
}
