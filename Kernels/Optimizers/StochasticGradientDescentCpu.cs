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
        float learningRate,
        float momentum,
        float weightDecay,
        bool nesterov) =>
        ParameterUpdateJob<ElementUpdate>.Run(
            device,
            new ElementUpdate(parameter.Pointer, gradient.Pointer, velocity.Length > 0 ? velocity.Pointer : null, learningRate, momentum, weightDecay, nesterov),
            parameter.Length);

    private readonly struct ElementUpdate(float* parameter, float* gradient, float* velocity, float learningRate, float momentum, float weightDecay, bool nesterov)
        : IParameterUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateEight(int index)
        {
            Vector256<float> p = Vector256.Load(parameter + index);
            Vector256<float> direction = Vector256.Load(gradient + index) + (p * weightDecay);
            if (velocity != null)
            {
                Vector256<float> moved = (Vector256.Load(velocity + index) * momentum) + direction;
                moved.Store(velocity + index);
                direction = nesterov ? direction + (moved * momentum) : moved;
            }

            (p - (direction * learningRate)).Store(parameter + index);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdateOne(int index)
        {
            float direction = gradient[index] + (weightDecay * parameter[index]);
            if (velocity != null)
            {
                float moved = (momentum * velocity[index]) + direction;
                velocity[index] = moved;
                direction = nesterov ? direction + (momentum * moved) : moved;
            }

            parameter[index] -= learningRate * direction;
        }
    }
}
