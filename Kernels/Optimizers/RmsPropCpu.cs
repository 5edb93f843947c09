using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>RMSprop on the <c>cpu</c> device; the formulas are those of <see cref="RmsPropKernels"/>.</summary>
internal static unsafe class RmsPropCpu
{
    /// <summary>Updates parameter, mean square and velocity in place.</summary>
    public static void Update(
        CpuDevice device, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> meanSquare, ArrayView<float> velocity, RmsPropFactors factors) =>
        ParameterUpdateJob<ElementUpdate>.Run(
            device, new ElementUpdate(parameter.Pointer, gradient.Pointer, meanSquare.Pointer, velocity.Pointer, factors), parameter.Length);

    private readonly struct ElementUpdate(float* parameter, float* gradient, float* meanSquare, float* velocity, RmsPropFactors f) : IParameterUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateEight(int index)
        {
            Vector256<float> p = Vector256.Load(parameter + index);
            Vector256<float> direction = Vector256.Load(gradient + index) + (p * f.WeightDecay);
            Vector256<float> square = (Vector256.Load(meanSquare + index) * f.Keep) + (direction * f.Take * direction);
            Vector256<float> moved = (Vector256.Load(velocity + index) * f.Momentum) + (direction / (Vector256.Sqrt(square) + Vector256.Create(f.Epsilon)));
            square.Store(meanSquare + index);
            moved.Store(velocity + index);
            (p - (moved * f.LearningRate)).Store(parameter + index);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateOne(int index)
        {
            float direction = gradient[index] + (f.WeightDecay * parameter[index]);
            meanSquare[index] = (f.Keep * meanSquare[index]) + (f.Take * direction * direction);
            velocity[index] = (f.Momentum * velocity[index]) + (direction / (MathF.Sqrt(meanSquare[index]) + f.Epsilon));
            parameter[index] -= f.LearningRate * velocity[index];
        }
    }
}
