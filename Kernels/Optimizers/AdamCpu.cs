using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Adam on the <c>cpu</c> device; the formulas are those of <see cref="AdamKernels"/>.</summary>
internal static unsafe class AdamCpu
{
    /// <summary>Updates parameter and moments in place.</summary>
    public static void Update(
        CpuDevice device, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, AdamFactors factors) =>
        ParameterUpdateJob<ElementUpdate>.Run(
            device, new ElementUpdate(parameter.Pointer, gradient.Pointer, firstMoment.Pointer, secondMoment.Pointer, factors), parameter.Length);

    private readonly struct ElementUpdate(float* parameter, float* gradient, float* firstMoment, float* secondMoment, AdamFactors f) : IParameterUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateEight(int index)
        {
            Vector256<float> p = Vector256.Load(parameter + index) * f.ParameterScale;
            Vector256<float> g = Vector256.Load(gradient + index) + (p * f.GradientDecay);
            Vector256<float> first = (Vector256.Load(firstMoment + index) * f.Keep1) + (g * f.Take1);
            Vector256<float> second = (Vector256.Load(secondMoment + index) * f.Keep2) + (g * f.Take2 * g);
            first.Store(firstMoment + index);
            second.Store(secondMoment + index);
            (p - (first * f.StepSize / ((Vector256.Sqrt(second) * f.InverseRootCorrection) + Vector256.Create(f.Epsilon)))).Store(parameter + index);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateOne(int index)
        {
            float p = f.ParameterScale * parameter[index];
            float g = gradient[index] + (f.GradientDecay * p);
            firstMoment[index] = (f.Keep1 * firstMoment[index]) + (f.Take1 * g);
            secondMoment[index] = (f.Keep2 * secondMoment[index]) + (f.Take2 * g * g);
            parameter[index] = p - (f.StepSize * firstMoment[index] / ((MathF.Sqrt(secondMoment[index]) * f.InverseRootCorrection) + f.Epsilon));
        }
    }
}
