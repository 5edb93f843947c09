namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>A Huffman table, ready for decoding (T.81, annex C and F.2.2.3).</summary>
internal sealed class HuffmanTable
{
    /// <summary>Codes up to this length are found by one look-up: nearly all that occur.</summary>
    public const int LookAheadBits = 9;

    private const int LongestCode = 16;

    /// <summary>[next nine bits]: code length * 256 + symbol, or 0 where the code is longer.</summary>
    private readonly ushort[] lookAhead = new ushort[1 << LookAheadBits];

    /// <summary>[length]: one more than the greatest code of that length, moved to the top of 16 bits; never falls.</summary>
    private readonly int[] limit = new int[LongestCode + 1];

    /// <summary>[length]: index of a code's symbol, less the code.</summary>
    private readonly int[] offset = new int[LongestCode + 1];

    private readonly byte[] symbols;

    private HuffmanTable(byte[] symbols) => this.symbols = symbols;

    /// <summary>Builds the table of a DHT segment.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="counts">How many codes there are of length 1 to 16.</param>
    /// <param name="symbols">What they stand for, from short codes to long ones.</param>
    public static HuffmanTable Build(ImageSource source, ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        HuffmanTable table = new(symbols.ToArray());
        int code = 0;
        int index = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            table.offset[length] = index - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, index++)
            {
                if (code >= 1 << length)
                    throw source.Error("a JPEG Huffman table has more codes than fit their lengths.");
                if (length <= LookAheadBits)
                {
                    int free = LookAheadBits - length;
                    table.lookAhead.AsSpan(code << free, 1 << free).Fill((ushort)((length << 8) | symbols[index]));
                }
            }

            table.limit[length] = code << (LongestCode - length);
            code <<= 1;
        }

        return table;
    }

    /// <summary>Length * 256 + symbol of the code that begins these 16 bits; 0 where no code does.</summary>
    public int Find(int sixteenBits)
    {
        int entry = lookAhead[sixteenBits >> (LongestCode - LookAheadBits)];
        return entry != 0 ? entry : FindLong(sixteenBits);
    }

    private int FindLong(int sixteenBits)
    {
        for (int length = LookAheadBits + 1; length <= LongestCode; length++)
        {
            if (sixteenBits < limit[length])
                return (length << 8) | symbols[offset[length] + (sixteenBits >> (LongestCode - length))];
        }

        return 0;
    }
}
