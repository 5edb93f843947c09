using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegFromScratch.Kernels.Dropout.Cpu;

/// <summary>
/// <see cref="Philox"/> at eight places at once; the same numbers, bit by bit. States lie in the lower halves of 64-bit lanes, even and odd
/// places apart: a product then needs no rearrangement, and what stands in the upper halves is never read.
/// </summary>
internal readonly unsafe ref struct VectorPhilox
{
    /// <summary>Room that the round keys need.</summary>
    public const int KeyVectors = 2 * Rounds;

    private const int Rounds = 10;
    private const uint MultiplierX = 0xD2511F53u;
    private const uint MultiplierZ = 0xCD9E8D57u;
    private const uint KeyStepLow = 0x9E3779B9u;
    private const uint KeyStepHigh = 0xBB67AE85u;
    private readonly Vector256<ulong>* _keys;

    /// <summary>Prepares the keys of all rounds.</summary>
    public VectorPhilox(uint keyLow, uint keyHigh, Vector256<ulong>* keys)
    {
        _keys = keys;
        for (int round = 0; round < Rounds; round++, keyLow += KeyStepLow, keyHigh += KeyStepHigh)
        {
            keys[2 * round] = Vector256.Create((ulong)keyLow);
            keys[(2 * round) + 1] = Vector256.Create((ulong)keyHigh);
        }
    }

    /// <summary>Numbers from 0 up to 1, exclusive, in steps of 2^-24; at twice eight places, because each waits long for its own products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector256<float> First, Vector256<float> Second) Uniform(Vector256<uint> first, Vector256<uint> second)
    {
        Words a = new(first.AsUInt64()), b = new(first.AsUInt64() >>> 32), c = new(second.AsUInt64()), d = new(second.AsUInt64() >>> 32);
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> low = _keys[2 * round], high = _keys[(2 * round) + 1];
            a = a.Round(low, high);
            b = b.Round(low, high);
            c = c.Round(low, high);
            d = d.Round(low, high);
        }

        return (ToSingle(a.X, b.X), ToSingle(c.X, d.X));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ToSingle(Vector256<ulong> even, Vector256<ulong> odd)
    {
        Vector256<uint> words = Vector256.ConditionalSelect(Vector256.Create(0xFFFFFFFFul), even, odd << 32).AsUInt32();
        return Vector256.ConvertToSingle((words >>> 8).AsInt32()) * (1f / 16777216f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> a, uint b) =>
        Avx2.IsSupported ? Avx2.Multiply(a.AsUInt32(), Vector256.Create(b)) : (a & Vector256.Create(0xFFFFFFFFul)) * b;

    /// <summary>The state at four places.</summary>
    private readonly struct Words(Vector256<ulong> x, Vector256<ulong> y, Vector256<ulong> z, Vector256<ulong> w)
    {
        public readonly Vector256<ulong> X = x;
        private readonly Vector256<ulong> _y = y;
        private readonly Vector256<ulong> _z = z;
        private readonly Vector256<ulong> _w = w;

        public Words(Vector256<ulong> x)
            : this(x, default, default, default)
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Words Round(Vector256<ulong> low, Vector256<ulong> high)
        {
            Vector256<ulong> productX = Product(X, MultiplierX), productZ = Product(_z, MultiplierZ);
            return new Words((productZ >>> 32) ^ _y ^ low, productZ, (productX >>> 32) ^ _w ^ high, productX);
        }
    }
}
