using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Applies functions to every float of flat memory, whatever its layout.</summary>
internal static unsafe class Map
{
    /// <summary>Floats of a ticket: long enough to outweigh taking it.</summary>
    public const int Each = 16384;

    /// <summary>output = f(input). The two may be the same memory.</summary>
    public static void Run<TFunction>(CpuDevice device, TFunction function, ArrayView<float> input, ArrayView<float> output)
        where TFunction : struct, IVectorFunction =>
        device.Threads.Run(
            new MapJob<TFunction> { Function = function, Input = input.Pointer, Output = output.Pointer, Length = output.Length },
            (output.Length + Each - 1) / Each);

    /// <summary>output = f(a, b). The output may be one of the inputs.</summary>
    public static void Run<TFunction>(CpuDevice device, TFunction function, ArrayView<float> a, ArrayView<float> b, ArrayView<float> output)
        where TFunction : struct, IVectorFunction2 =>
        device.Threads.Run(
            new MapJob2<TFunction> { Function = function, A = a.Pointer, B = b.Pointer, Output = output.Pointer, Length = output.Length },
            (output.Length + Each - 1) / Each);

    private struct MapJob<TFunction> : ICpuJob
        where TFunction : struct, IVectorFunction
    {
        public TFunction Function;
        public float* Input;
        public float* Output;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            TFunction function = Function;
            int i = ticket * Each;
            int end = Math.Min(Length, i + Each);
            for (; i + 8 <= end; i += 8)
                function.Apply(Vector256.Load(Input + i)).Store(Output + i);
            for (; i < end; i++)
                Output[i] = function.Apply(Vector256.CreateScalar(Input[i]))[0];
        }
    }

    private struct MapJob2<TFunction> : ICpuJob
        where TFunction : struct, IVectorFunction2
    {
        public TFunction Function;
        public float* A;
        public float* B;
        public float* Output;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            TFunction function = Function;
            int i = ticket * Each;
            int end = Math.Min(Length, i + Each);
            for (; i + 8 <= end; i += 8)
                function.Apply(Vector256.Load(A + i), Vector256.Load(B + i)).Store(Output + i);
            for (; i < end; i++)
                Output[i] = function.Apply(Vector256.CreateScalar(A[i]), Vector256.CreateScalar(B[i]))[0];
        }
    }
}
