namespace SegFromScratch.Kernels.Dropout;

/// <summary>
/// Philox 4x32-10: random numbers without a state. The key names the sequence, the counter the place in it, so every thread computes its own number
/// and can compute it again later. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
/// <param name="X">The first 32 bits of counter or result.</param>
/// <param name="Y">The second 32 bits.</param>
/// <param name="Z">The third 32 bits.</param>
/// <param name="W">The last 32 bits.</param>
public readonly record struct Philox(uint X, uint Y, uint Z, uint W)
{
    private const uint MultiplierX = 0xD2511F53u;
    private const uint MultiplierZ = 0xCD9E8D57u;

    /// <summary>What the lower half of the key grows by from round to round: the golden ratio as a fraction of 2^32.</summary>
    public const uint KeyStepLow = 0x9E3779B9u;

    /// <summary>What the upper half of the key grows by: the square root of 3 less 1.</summary>
    public const uint KeyStepHigh = 0xBB67AE85u;

    /// <summary>Rounds from a counter to its words.</summary>
    public const int Rounds = 10;

    /// <summary>Neighbouring pixels that share a counter: one for each word.</summary>
    public const int PixelsEach = 4;

    /// <summary>The four random words at a counter.</summary>
    /// <param name="counter">The place in the sequence.</param>
    /// <param name="keyLow">The lower half of the key.</param>
    /// <param name="keyHigh">The upper half of the key.</param>
    public static Philox At(Philox counter, uint keyLow, uint keyHigh)
    {
        Philox state = counter;
        uint low = keyLow;
        uint high = keyHigh;
        for (int round = 0; round < Rounds; round++)
        {
            state = state.Round(low, high);
            low += KeyStepLow;
            high += KeyStepHigh;
        }

        return state;
    }

    /// <summary>
    /// A number from 0 up to 1, exclusive, in steps of 2^-24, for a pixel of a plane: four neighbours share a counter (plane, pixel / 4), and each takes a word of its result.
    /// </summary>
    /// <param name="plane">Which channel of which image.</param>
    /// <param name="pixel">y * width + x.</param>
    /// <param name="keyLow">The lower half of the key.</param>
    /// <param name="keyHigh">The upper half of the key.</param>
    public static float Uniform(int plane, int pixel, uint keyLow, uint keyHigh) =>
        Fraction(OfPixels(plane, pixel / PixelsEach, keyLow, keyHigh).Word(pixel % PixelsEach));

    /// <summary>The words of four neighbouring pixels of a plane.</summary>
    /// <param name="plane">Which channel of which image.</param>
    /// <param name="four">pixel / 4.</param>
    /// <param name="keyLow">The lower half of the key.</param>
    /// <param name="keyHigh">The upper half of the key.</param>
    public static Philox OfPixels(int plane, int four, uint keyLow, uint keyHigh) => At(new Philox((uint)plane, (uint)four, 0u, 0u), keyLow, keyHigh);

    /// <summary>The upper 24 bits of a word as a number from 0 up to 1, exclusive.</summary>
    /// <param name="word">The word.</param>
    public static float Fraction(uint word) => (int)(word >> 8) * (1f / 16777216f);

    /// <summary>The state after one more round.</summary>
    /// <param name="keyLow">The lower half of the round's key.</param>
    /// <param name="keyHigh">The upper half of the round's key.</param>
    public Philox Round(uint keyLow, uint keyHigh)
    {
        ulong productX = (ulong)MultiplierX * X;
        ulong productZ = (ulong)MultiplierZ * Z;
        return new Philox((uint)(productZ >> 32) ^ Y ^ keyLow, (uint)productZ, (uint)(productX >> 32) ^ W ^ keyHigh, (uint)productX);
    }

    private uint Word(int number) => number == 0 ? X : number == 1 ? Y : number == 2 ? Z : W;
}
