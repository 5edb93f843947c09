using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.Interpolation;

/// <summary>Interpolation on the <c>cpu</c> device, for tensors of channel block 8 or 16 and any sizes.</summary>
internal static class InterpolationCpu
{
    /// <summary>output = the input pixel that each output pixel falls on.</summary>
    public static void NearestForward(CpuDevice device, NearestAxis rows, NearestAxis columns, TensorView input, TensorView output, bool gradientFollows = false) =>
        SeparableGather.Forward(device, new NearestReads(rows), new NearestReads(columns), input, output, gradientFollows);

    /// <summary>inputGradient = sum of outputGradient over the output pixels that fall on each input pixel.</summary>
    public static void NearestBackward(CpuDevice device, NearestAxis rows, NearestAxis columns, TensorView outputGradient, TensorView inputGradient) =>
        SeparableGather.Backward(device, new NearestReads(rows), new NearestReads(columns), outputGradient, inputGradient);

    /// <summary>output = the mean of the four input pixels around each output pixel, weighted by nearness.</summary>
    public static void BilinearForward(CpuDevice device, BilinearAxis rows, BilinearAxis columns, TensorView input, TensorView output, bool gradientFollows = false) =>
        SeparableGather.Forward(device, new BilinearReads(rows), new BilinearReads(columns), input, output, gradientFollows);

    /// <summary>inputGradient = sum of outputGradient over the output pixels that read each input pixel, by the weight with which they did.</summary>
    public static void BilinearBackward(CpuDevice device, BilinearAxis rows, BilinearAxis columns, TensorView outputGradient, TensorView inputGradient) =>
        SeparableGather.Backward(device, new BilinearReads(rows), new BilinearReads(columns), outputGradient, inputGradient);

    /// <summary>Each output reads one input.</summary>
    private readonly struct NearestReads(NearestAxis axis) : IGatherReads
    {
        public int Sources => axis.Input;

        public int Targets => axis.Output;

        public int Count(int target) => 1;

        public (int Source, float Weight) Read(int target, int k) => (axis.Source(target), 1f);
    }

    /// <summary>Each output reads one or two inputs.</summary>
    private readonly struct BilinearReads(BilinearAxis axis) : IGatherReads
    {
        public int Sources => axis.Input;

        public int Targets => axis.Output;

        public int Count(int target) => Fraction(target) > 0f ? 2 : 1;

        public (int Source, float Weight) Read(int target, int k)
        {
            int lower = axis.Lower(target);
            float fraction = Fraction(target);
            return k == 0 ? (lower, 1f - fraction) : (lower + 1, fraction);
        }

        private float Fraction(int target)
        {
            int lower = axis.Lower(target);
            return axis.Upper(lower) == lower ? 0f : axis.Fraction(target, lower);
        }
    }
}
