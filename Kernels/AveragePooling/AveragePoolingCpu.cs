using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>Average pooling on the <c>cpu</c> device, for tensors of channel block 8 or 16.</summary>
internal static class AveragePoolingCpu
{
    /// <summary>output = sum of each window / its counted pixels.</summary>
    public static void Forward(CpuDevice device, AveragePoolingAxis rows, AveragePoolingAxis columns, TensorView input, TensorView output) =>
        SeparableGather.Forward(device, new WindowReads(rows), new WindowReads(columns), input, output);

    /// <summary>inputGradient: each pixel adds up its share of the windows that cover it.</summary>
    public static void Backward(CpuDevice device, AveragePoolingAxis rows, AveragePoolingAxis columns, TensorView outputGradient, TensorView inputGradient) =>
        SeparableGather.Backward(device, new WindowReads(rows), new WindowReads(columns), outputGradient, inputGradient);

    /// <summary>The pixels of a window, each by one part of those that are counted.</summary>
    private readonly struct WindowReads(AveragePoolingAxis axis) : IGatherReads
    {
        public int Sources => axis.Input;

        public int Targets => axis.Output;

        public int Count(int target) => axis.End(target) - axis.Start(target);

        public (int Source, float Weight) Read(int target, int k) => (axis.Start(target) + k, 1f / axis.Count(target));
    }
}
