using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegFromScratch.Kernels.Dropout.Cpu;

/// <summary>
/// <see cref="Philox"/> for eight planes at once; the same words, bit by bit. States lie in the lower halves of 64-bit lanes, even and odd
/// planes apart: a product then needs no rearrangement, and what stands in the upper halves is never read.
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

    /// <summary>The words of four neighbouring pixels, of twice eight planes or places, because each waits long for its own products.</summary>
    /// <param name="planes">Which planes the first eight lanes are.</param>
    /// <param name="group">pixel / 4 of the first eight lanes.</param>
    /// <param name="otherPlanes">Which planes the second eight lanes are.</param>
    /// <param name="otherGroup">pixel / 4 of the second eight lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (PixelWords First, PixelWords Second) Words(Vector256<uint> planes, uint group, Vector256<uint> otherPlanes, uint otherGroup)
    {
        Vector256<ulong> y = Vector256.Create((ulong)group), otherY = Vector256.Create((ulong)otherGroup);
        State a = new(planes.AsUInt64(), y), b = new(planes.AsUInt64() >>> 32, y);
        State c = new(otherPlanes.AsUInt64(), otherY), d = new(otherPlanes.AsUInt64() >>> 32, otherY);
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> low = _keys[2 * round], high = _keys[(2 * round) + 1];
            a = a.Round(low, high);
            b = b.Round(low, high);
            c = c.Round(low, high);
            d = d.Round(low, high);
        }

        return (State.Join(a, b), State.Join(c, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> a, uint b) =>
        Avx2.IsSupported ? Avx2.Multiply(a.AsUInt32(), Vector256.Create(b)) : (a & Vector256.Create(0xFFFFFFFFul)) * b;

    /// <summary>A word of eight planes for each of four pixels.</summary>
    /// <param name="Pixel0">Of the first pixel.</param>
    /// <param name="Pixel1">Of the second pixel.</param>
    /// <param name="Pixel2">Of the third pixel.</param>
    /// <param name="Pixel3">Of the fourth pixel.</param>
    public readonly record struct PixelWords(Vector256<uint> Pixel0, Vector256<uint> Pixel1, Vector256<uint> Pixel2, Vector256<uint> Pixel3);

    /// <summary>The state of four planes.</summary>
    private readonly struct State(Vector256<ulong> x, Vector256<ulong> y, Vector256<ulong> z, Vector256<ulong> w)
    {
        private readonly Vector256<ulong> _x = x;
        private readonly Vector256<ulong> _y = y;
        private readonly Vector256<ulong> _z = z;
        private readonly Vector256<ulong> _w = w;

        public State(Vector256<ulong> x, Vector256<ulong> y)
            : this(x, y, default, default)
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static PixelWords Join(in State even, in State odd) =>
            new(Join(even._x, odd._x), Join(even._y, odd._y), Join(even._z, odd._z), Join(even._w, odd._w));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public State Round(Vector256<ulong> low, Vector256<ulong> high)
        {
            Vector256<ulong> productX = Product(_x, MultiplierX), productZ = Product(_z, MultiplierZ);
            return new State((productZ >>> 32) ^ _y ^ low, productZ, (productX >>> 32) ^ _w ^ high, productX);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<uint> Join(Vector256<ulong> even, Vector256<ulong> odd) =>
            Vector256.ConditionalSelect(Vector256.Create(0xFFFFFFFFul), even, odd << 32).AsUInt32();
    }
}
