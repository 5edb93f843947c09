using System.Runtime.CompilerServices;

namespace SegFromScratch.Kernels.LovaszSoftmax.Cpu;

/// <summary>
/// Errors and their pixels in memory, to be sorted by digits: least significant first, each pass stable, so that of equal errors the earlier pixel stays first.
/// The bits of numbers of 0 or more are ordered as the numbers are, those of negative ones the other way round.
/// </summary>
internal unsafe struct ErrorSort
{
    /// <summary>Bytes of memory for each pixel: a key and a pixel, twice.</summary>
    public const int BytesAPixel = 2 * (sizeof(uint) + sizeof(int));

    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;
    private const int Passes = 3;

    private uint* _keys;
    private int* _pixels;
    private uint* _otherKeys;
    private int* _otherPixels;

    /// <summary>Divides memory among the four arrays.</summary>
    /// <param name="memory">Room for <paramref name="capacity"/> pixels.</param>
    /// <param name="capacity">The most pixels.</param>
    public ErrorSort(byte* memory, int capacity)
    {
        _keys = (uint*)memory;
        _pixels = (int*)(_keys + capacity);
        _otherKeys = (uint*)(_pixels + capacity);
        _otherPixels = (int*)(_otherKeys + capacity);
    }

    /// <summary>The number of pixels.</summary>
    public int Count { get; private set; }

    /// <summary>The pixel at a place.</summary>
    public readonly int Pixel(int place) => _pixels[place];

    /// <summary>The error at a place.</summary>
    public readonly float Error(int place) => BitConverter.UInt32BitsToSingle(Turned(_keys[place]));

    /// <summary>Adds an error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float error, int pixel)
    {
        // Zero has two forms, of which only one is small.
        _keys[Count] = Turned(BitConverter.SingleToUInt32Bits(error + 0f));
        _pixels[Count++] = pixel;
    }

    /// <summary>Puts the largest error first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort()
    {
        int* counts = stackalloc int[Passes * Digits];
        new Span<int>(counts, Passes * Digits).Clear();
        for (int i = 0; i < Count; i++)
        {
            uint key = _keys[i];
            counts[key % Digits]++;
            counts[Digits + (key >> DigitBits) % Digits]++;
            counts[(2 * Digits) + (key >> (2 * DigitBits))]++;
        }

        for (int pass = 0; pass < Passes; pass++)
            Distribute(counts + (pass * Digits), pass * DigitBits);
    }

    // From bits to a key that is the smaller the larger the number, and back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Turned(uint bits) => bits >> 31 != 0 ? bits : bits ^ 0x7FFFFFFF;

    // From counts of digits to the place of each digit's first key, then every key to the next place of its digit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Distribute(int* counts, int shift)
    {
        for (int digit = 0, before = 0; digit < Digits; digit++)
            (counts[digit], before) = (before, before + counts[digit]);
        uint* keys = _keys, otherKeys = _otherKeys;
        int* pixels = _pixels, otherPixels = _otherPixels;
        for (int i = 0; i < Count; i++)
        {
            int place = counts[(keys[i] >> shift) % Digits]++;
            otherKeys[place] = keys[i];
            otherPixels[place] = pixels[i];
        }

        _keys = otherKeys;
        _pixels = otherPixels;
        _otherKeys = keys;
        _otherPixels = pixels;
    }
}
