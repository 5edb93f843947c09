using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

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
        device.Threads.Run(
            new UpdateJob
            {
                Parameter = parameter.Pointer,
                Gradient = gradient.Pointer,
                Velocity = velocity.Length > 0 ? velocity.Pointer : null,
                Length = parameter.Length,
                LearningRate = factors.LearningRate,
                Momentum = factors.Momentum,
                WeightDecay = factors.WeightDecay,
                Nesterov = factors.Nesterov != 0,
            },
            (parameter.Length + Map.Each - 1) / Map.Each);

    private struct UpdateJob : ICpuJob
    {
        public float* Parameter;
        public float* Gradient;
        public float* Velocity;
        public int Length;
        public float LearningRate;
        public float Momentum;
        public float WeightDecay;
        public bool Nesterov;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            int i = ticket * Map.Each;
            int end = Math.Min(Length, i + Map.Each);
            for (; i + 8 <= end; i += 8)
            {
                Vector256<float> p = Vector256.Load(Parameter + i);
                Vector256<float> direction = Vector256.Load(Gradient + i) + (p * WeightDecay);
                if (Velocity != null)
                {
                    Vector256<float> moved = (Vector256.Load(Velocity + i) * Momentum) + direction;
                    moved.Store(Velocity + i);
                    direction = Nesterov ? direction + (moved * Momentum) : moved;
                }

                (p - (direction * LearningRate)).Store(Parameter + i);
            }

            for (; i < end; i++)
            {
                float direction = Gradient[i] + (WeightDecay * Parameter[i]);
                if (Velocity != null)
                {
                    float moved = (Momentum * Velocity[i]) + direction;
                    Velocity[i] = moved;
                    direction = Nesterov ? direction + (Momentum * moved) : moved;
                }

                Parameter[i] -= LearningRate * direction;
            }
        }
    }
}
