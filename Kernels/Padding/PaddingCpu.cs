using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.Padding;

/// <summary>Padding with zeros, mirrored or repeated pixels on the <c>cpu</c> device, for tensors of channel block 8 or 16.</summary>
internal static class PaddingCpu
{
    /// <summary>output = the image inside, and around it zeros or what the mode says.</summary>
    public static void Forward(CpuDevice device, PaddingAxis rows, PaddingAxis columns, TensorView input, TensorView output) =>
        SeparableGather.Forward(device, new PaddingReads(rows), new PaddingReads(columns), input, output);

    /// <summary>inputGradient = sum of outputGradient over the outputs that read each pixel.</summary>
    public static void Backward(CpuDevice device, PaddingAxis rows, PaddingAxis columns, TensorView outputGradient, TensorView inputGradient) =>
        SeparableGather.Backward(device, new PaddingReads(rows), new PaddingReads(columns), outputGradient, inputGradient);

    /// <summary>Each output reads one pixel or none.</summary>
    private readonly struct PaddingReads(PaddingAxis axis) : IGatherReads
    {
        public int Sources => axis.Input;

        public int Targets => axis.Output;

        public int Count(int target) => axis.Source(target) >= 0 ? 1 : 0;

        public (int Source, float Weight) Read(int target, int k) => (axis.Source(target), 1f);
    }
}
