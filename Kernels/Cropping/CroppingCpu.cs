using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.Cropping;

/// <summary>Cropping on the <c>cpu</c> device, for tensors of channel block 8 or 16.</summary>
internal static class CroppingCpu
{
    /// <summary>output = the window of the input.</summary>
    public static void Forward(CpuDevice device, CropWindow window, TensorView input, TensorView output) =>
        SeparableGather.Forward(
            device,
            new CropReads(input.Layout.Height, window.Top, window.Height),
            new CropReads(input.Layout.Width, window.Left, window.Width),
            input,
            output);

    /// <summary>inputGradient = outputGradient inside the window, zero outside.</summary>
    public static void Backward(CpuDevice device, CropWindow window, TensorView outputGradient, TensorView inputGradient) =>
        SeparableGather.Backward(
            device,
            new CropReads(inputGradient.Layout.Height, window.Top, window.Height),
            new CropReads(inputGradient.Layout.Width, window.Left, window.Width),
            outputGradient,
            inputGradient);

    /// <summary>Each output reads the pixel so far behind it.</summary>
    private readonly struct CropReads(int sources, int first, int targets) : IGatherReads
    {
        public int Sources => sources;

        public int Targets => targets;

        public int Count(int target) => 1;

        public (int Source, float Weight) Read(int target, int k) => (first + target, 1f);
    }
}
