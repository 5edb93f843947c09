using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>Adaptive average pooling on the <c>cpu</c> device, for tensors of channel block 8 or 16.</summary>
internal static class AdaptiveAveragePoolingCpu
{
    /// <summary>output = mean of each window: of its rows first, then of its columns, which keeps the sums short.</summary>
    public static void Forward(CpuDevice device, AdaptiveAxis rows, AdaptiveAxis columns, TensorView input, TensorView output) =>
        SeparableGather.Forward(device, new WindowReads(rows), new WindowReads(columns), input, output);

    /// <summary>inputGradient: each pixel adds up its share of the windows that cover it.</summary>
    public static void Backward(CpuDevice device, AdaptiveAxis rows, AdaptiveAxis columns, TensorView outputGradient, TensorView inputGradient) =>
        SeparableGather.Backward(device, new WindowReads(rows), new WindowReads(columns), outputGradient, inputGradient);

    /// <summary>The pixels of a window, each by its share.</summary>
    private readonly struct WindowReads(AdaptiveAxis axis) : IGatherReads
    {
        public int Sources => axis.Input;

        public int Targets => axis.Output;

        public int Count(int target) => axis.End(target) - axis.Start(target);

        public (int Source, float Weight) Read(int target, int k) => (axis.Start(target) + k, 1f / Count(target));
    }
}
