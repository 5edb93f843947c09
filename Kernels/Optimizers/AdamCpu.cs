using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Adam on the <c>cpu</c> device; the formulas are those of <see cref="AdamKernels"/>.</summary>
internal static unsafe class AdamCpu
{
    /// <summary>Updates parameter and moments in place.</summary>
    public static void Update(
        CpuDevice device, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, AdamFactors factors) =>
        device.Threads.Run(
            new UpdateJob
            {
                Parameter = parameter.Pointer,
                Gradient = gradient.Pointer,
                First = firstMoment.Pointer,
                Second = secondMoment.Pointer,
                Length = parameter.Length,
                Factors = factors,
            },
            (parameter.Length + Map.Each - 1) / Map.Each);

    private struct UpdateJob : ICpuJob
    {
        public float* Parameter;
        public float* Gradient;
        public float* First;
        public float* Second;
        public int Length;
        public AdamFactors Factors;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            AdamFactors f = Factors;
            int i = ticket * Map.Each;
            int end = Math.Min(Length, i + Map.Each);
            for (; i + 8 <= end; i += 8)
            {
                Vector256<float> p = Vector256.Load(Parameter + i) * f.ParameterScale;
                Vector256<float> g = Vector256.Load(Gradient + i) + (p * f.GradientDecay);
                Vector256<float> first = (Vector256.Load(First + i) * f.Keep1) + (g * f.Take1);
                Vector256<float> second = (Vector256.Load(Second + i) * f.Keep2) + (g * f.Take2 * g);
                first.Store(First + i);
                second.Store(Second + i);
                (p - (first * f.StepSize / ((Vector256.Sqrt(second) * f.InverseRootCorrection) + Vector256.Create(f.Epsilon)))).Store(Parameter + i);
            }

            for (; i < end; i++)
            {
                float p = f.ParameterScale * Parameter[i];
                float g = Gradient[i] + (f.GradientDecay * p);
                First[i] = (f.Keep1 * First[i]) + (f.Take1 * g);
                Second[i] = (f.Keep2 * Second[i]) + (f.Take2 * g * g);
                Parameter[i] = p - (f.StepSize * First[i] / ((MathF.Sqrt(Second[i]) * f.InverseRootCorrection) + f.Epsilon));
            }
        }
    }
}
