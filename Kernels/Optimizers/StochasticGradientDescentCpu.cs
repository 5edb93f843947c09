using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Stochastic gradient descent on the <c>cpu</c> device; the formulas are those of <see cref="StochasticGradientDescentKernels"/>.</summary>
internal static unsafe class StochasticGradientDescentCpu
{
    /// <summary>Updates parameter and velocity in place. Without momentum the velocity is empty.</summary>
    public static void Update(
        CpuDevice device,
        ArrayView<float> parameter,
        ArrayView<float> gradient,
        ArrayView<float> velocity,
        StochasticGradientDescentFactors factors) =>
        ParameterUpdateJob<ElementUpdate>.Run(
            device, new ElementUpdate(parameter.Pointer, gradient.Pointer, velocity.Length > 0 ? velocity.Pointer : null, factors), parameter.Length);

    private readonly struct ElementUpdate(float* parameter, float* gradient, float* velocity, StochasticGradientDescentFactors f) : IParameterUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateEight(int index)
        {
            Vector256<float> p = Vector256.Load(parameter + index);
            Vector256<float> direction = Vector256.Load(gradient + index) + (p * f.WeightDecay);
            if (velocity != null)
            {
                Vector256<float> moved = (Vector256.Load(velocity + index) * f.Momentum) + direction;
                moved.Store(velocity + index);
                direction = f.Nesterov != 0 ? direction + (moved * f.Momentum) : moved;
            }

            (p - (direction * f.LearningRate)).Store(parameter + index);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateOne(int index)
        {
            float direction = gradient[index] + (f.WeightDecay * parameter[index]);
            if (velocity != null)
            {
                float moved = (f.Momentum * velocity[index]) + direction;
                velocity[index] = moved;
                direction = f.Nesterov != 0 ? direction + (f.Momentum * moved) : moved;
            }

            parameter[index] -= f.LearningRate * direction;
        }
    }
}
