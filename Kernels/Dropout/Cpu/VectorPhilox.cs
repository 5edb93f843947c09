using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegFromScratch.Kernels.Dropout.Cpu;

/// <summary><see cref="Philox"/> at eight places at once; the same numbers, bit by bit.</summary>
internal static class VectorPhilox
{
    private const uint MultiplierX = 0xD2511F53u;
    private const uint MultiplierZ = 0xCD9E8D57u;
    private const uint KeyStepLow = 0x9E3779B9u;
    private const uint KeyStepHigh = 0xBB67AE85u;

    /// <summary>Numbers from 0 up to 1, exclusive, in steps of 2^-24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Uniform(Vector256<uint> places, uint keyLow, uint keyHigh)
    {
        Vector256<uint> x = places, y = default, z = default, w = default;
        for (int round = 0; round < 10; round++)
        {
            Vector256<uint> highX = HighProduct(x, MultiplierX), lowX = x * MultiplierX;
            Vector256<uint> highZ = HighProduct(z, MultiplierZ), lowZ = z * MultiplierZ;
            x = highZ ^ y ^ Vector256.Create(keyLow);
            z = highX ^ w ^ Vector256.Create(keyHigh);
            y = lowZ;
            w = lowX;
            keyLow += KeyStepLow;
            keyHigh += KeyStepHigh;
        }

        return Vector256.ConvertToSingle((x >>> 8).AsInt32()) * (1f / 16777216f);
    }

    /// <summary>The upper 32 bits of 64-bit products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> HighProduct(Vector256<uint> a, uint b)
    {
        if (Avx2.IsSupported)
        {
            Vector256<uint> factor = Vector256.Create(b);
            Vector256<ulong> even = Avx2.Multiply(a, factor);
            Vector256<ulong> odd = Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), factor);
            return Avx2.Blend((even >>> 32).AsUInt32(), odd.AsUInt32(), 0b10101010);
        }

        (Vector256<ulong> lower, Vector256<ulong> upper) = Vector256.Widen(a);
        return Vector256.Narrow((lower * b) >>> 32, (upper * b) >>> 32);
    }
}
