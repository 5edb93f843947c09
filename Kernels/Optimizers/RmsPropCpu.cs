using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>RMSprop on the <c>cpu</c> device; the formulas are those of <see cref="RmsPropKernels"/>.</summary>
internal static unsafe class RmsPropCpu
{
    /// <summary>Updates parameter, mean square and velocity in place.</summary>
    public static void Update(
        CpuDevice device, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> meanSquare, ArrayView<float> velocity, RmsPropFactors factors) =>
        device.Threads.Run(
            new UpdateJob
            {
                Parameter = parameter.Pointer,
                Gradient = gradient.Pointer,
                MeanSquare = meanSquare.Pointer,
                Velocity = velocity.Pointer,
                Length = parameter.Length,
                Factors = factors,
            },
            (parameter.Length + Map.Each - 1) / Map.Each);

    private struct UpdateJob : ICpuJob
    {
        public float* Parameter;
        public float* Gradient;
        public float* MeanSquare;
        public float* Velocity;
        public int Length;
        public RmsPropFactors Factors;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            RmsPropFactors f = Factors;
            int i = ticket * Map.Each;
            int end = Math.Min(Length, i + Map.Each);
            for (; i + 8 <= end; i += 8)
            {
                Vector256<float> p = Vector256.Load(Parameter + i);
                Vector256<float> direction = Vector256.Load(Gradient + i) + (p * f.WeightDecay);
                Vector256<float> square = (Vector256.Load(MeanSquare + i) * f.Keep) + (direction * f.Take * direction);
                Vector256<float> moved = (Vector256.Load(Velocity + i) * f.Momentum) + (direction / (Vector256.Sqrt(square) + Vector256.Create(f.Epsilon)));
                square.Store(MeanSquare + i);
                moved.Store(Velocity + i);
                (p - (moved * f.LearningRate)).Store(Parameter + i);
            }

            for (; i < end; i++)
            {
                float direction = Gradient[i] + (f.WeightDecay * Parameter[i]);
                MeanSquare[i] = (f.Keep * MeanSquare[i]) + (f.Take * direction * direction);
                Velocity[i] = (f.Momentum * Velocity[i]) + (direction / (MathF.Sqrt(MeanSquare[i]) + f.Epsilon));
                Parameter[i] -= f.LearningRate * Velocity[i];
            }
        }
    }
}
