using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>
/// Adds the products of two transformed rows with a row of output gradients to the sums of their weights, for two vectors of output channels: the transpose of
/// <see cref="Stride2Product"/>. The first column u of a tile meets a - c and b, the second v meets c - e and d, and u + v meets c. The 20 sums stay in registers.
/// </summary>
internal static unsafe class Stride2OuterProduct
{
    /// <summary>Adds the products of some tiles.</summary>
    /// <typeparam name="TRows">Which output gradients the two rows meet.</typeparam>
    /// <param name="tiles">How many tiles.</param>
    /// <param name="numbers">The first row's numbers for the first tile.</param>
    /// <param name="middles">The same in the row's second part.</param>
    /// <param name="row">Floats to the second row.</param>
    /// <param name="gradient">The first pixel's output gradients.</param>
    /// <param name="vector">Floats from a pixel's first vector to its second.</param>
    /// <param name="below">Floats from a pixel to the one below it.</param>
    /// <param name="first">The sums of the first row's weights.</param>
    /// <param name="second">Those of the second row's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TRows>(int tiles, float* numbers, float* middles, nint row, float* gradient, nint vector, nint below, float* first, float* second)
        where TRows : struct, IStride2GradientRows
    {
        Vector512<float> f00 = Vector512.Load(first), f10 = Vector512.Load(first + 32), f20 = Vector512.Load(first + 64), f30 = Vector512.Load(first + 96), f40 = Vector512.Load(first + 128);
        Vector512<float> f01 = Vector512.Load(first + 16), f11 = Vector512.Load(first + 48), f21 = Vector512.Load(first + 80), f31 = Vector512.Load(first + 112), f41 = Vector512.Load(first + 144);
        Vector512<float> s00 = Vector512.Load(second), s10 = Vector512.Load(second + 32), s20 = Vector512.Load(second + 64), s30 = Vector512.Load(second + 96), s40 = Vector512.Load(second + 128);
        Vector512<float> s01 = Vector512.Load(second + 16), s11 = Vector512.Load(second + 48), s21 = Vector512.Load(second + 80), s31 = Vector512.Load(second + 112), s41 = Vector512.Load(second + 144);
        for (; tiles > 0; tiles--)
        {
            Vector512<float> u0 = TRows.Load(gradient, below), u1 = TRows.Load(gradient + vector, below);
            Vector512<float> v0 = TRows.Load(gradient + 16, below), v1 = TRows.Load(gradient + 16 + vector, below);
            Vector512<float> w0 = u0 + v0, w1 = u1 + v1;
            Vector512<float> x = Vector512.Create(numbers[0]);
            f00 = Vector512.FusedMultiplyAdd(x, u0, f00);
            f01 = Vector512.FusedMultiplyAdd(x, u1, f01);
            x = Vector512.Create(numbers[1]);
            f10 = Vector512.FusedMultiplyAdd(x, u0, f10);
            f11 = Vector512.FusedMultiplyAdd(x, u1, f11);
            x = Vector512.Create(middles[0]);
            f20 = Vector512.FusedMultiplyAdd(x, w0, f20);
            f21 = Vector512.FusedMultiplyAdd(x, w1, f21);
            x = Vector512.Create(numbers[2]);
            f30 = Vector512.FusedMultiplyAdd(x, v0, f30);
            f31 = Vector512.FusedMultiplyAdd(x, v1, f31);
            x = Vector512.Create(numbers[3]);
            f40 = Vector512.FusedMultiplyAdd(x, v0, f40);
            f41 = Vector512.FusedMultiplyAdd(x, v1, f41);
            x = Vector512.Create(numbers[row]);
            s00 = Vector512.FusedMultiplyAdd(x, u0, s00);
            s01 = Vector512.FusedMultiplyAdd(x, u1, s01);
            x = Vector512.Create(numbers[row + 1]);
            s10 = Vector512.FusedMultiplyAdd(x, u0, s10);
            s11 = Vector512.FusedMultiplyAdd(x, u1, s11);
            x = Vector512.Create(middles[row]);
            s20 = Vector512.FusedMultiplyAdd(x, w0, s20);
            s21 = Vector512.FusedMultiplyAdd(x, w1, s21);
            x = Vector512.Create(numbers[row + 2]);
            s30 = Vector512.FusedMultiplyAdd(x, v0, s30);
            s31 = Vector512.FusedMultiplyAdd(x, v1, s31);
            x = Vector512.Create(numbers[row + 3]);
            s40 = Vector512.FusedMultiplyAdd(x, v0, s40);
            s41 = Vector512.FusedMultiplyAdd(x, v1, s41);
            numbers += 4;
            middles++;
            gradient += 32;
        }

        f00.Store(first);
        f01.Store(first + 16);
        f10.Store(first + 32);
        f11.Store(first + 48);
        f20.Store(first + 64);
        f21.Store(first + 80);
        f30.Store(first + 96);
        f31.Store(first + 112);
        f40.Store(first + 128);
        f41.Store(first + 144);
        s00.Store(second);
        s01.Store(second + 16);
        s10.Store(second + 32);
        s11.Store(second + 48);
        s20.Store(second + 64);
        s21.Store(second + 80);
        s30.Store(second + 96);
        s31.Store(second + 112);
        s40.Store(second + 128);
        s41.Store(second + 144);
    }
}
