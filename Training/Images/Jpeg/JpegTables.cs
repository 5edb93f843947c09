using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>The tables that a JPEG has defined so far; each may be redefined between scans.</summary>
internal sealed class JpegTables(ImageSource source)
{
    private const int LongestSign = 15;

    /// <summary>[table]: 64 step sizes in natural order, null until defined.</summary>
    public ushort[]?[] Quantisation { get; } = new ushort[]?[4];

    /// <summary>[table]: for DC differences, null until defined.</summary>
    public HuffmanTable?[] Dc { get; } = new HuffmanTable?[4];

    /// <summary>[table]: for AC coefficients, null until defined.</summary>
    public HuffmanTable?[] Ac { get; } = new HuffmanTable?[4];

    /// <summary>Interleaved units between restart markers; 0 where there are none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>DRI (T.81, B.2.4.4).</summary>
    public void ReadRestartInterval(ReadOnlySpan<byte> content)
    {
        if (content.Length != 2)
            throw source.Error($"the JPEG restart interval has {content.Length} bytes, not 2.");
        RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(content);
    }

    /// <summary>DQT (T.81, B.2.4.1).</summary>
    public void ReadQuantisation(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            (int wide, int index) = (content[0] >> 4, content[0] & 15);
            int length = 64 * (wide + 1);
            if (wide > 1 || index > 3 || content.Length < 1 + length)
                throw source.Error("a JPEG quantisation table is too short or numbered wrongly.");
            content = content[1..];
            ushort[] table = new ushort[64];
            for (int i = 0; i < 64; i++)
                table[ZigZag.Natural[i]] = wide == 1 ? BinaryPrimitives.ReadUInt16BigEndian(content[(2 * i)..]) : content[i];
            Quantisation[index] = table;
            content = content[length..];
        }
    }

    /// <summary>DHT (T.81, B.2.4.2).</summary>
    public void ReadHuffman(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            (int kind, int index) = (content[0] >> 4, content[0] & 15);
            if (kind > 1 || index > 3 || content.Length < 17)
                throw source.Error("a JPEG Huffman table is too short or numbered wrongly.");
            ReadOnlySpan<byte> counts = content.Slice(1, 16);
            int total = 0;
            foreach (byte count in counts)
                total += count;
            if (total > 256 || content.Length < 17 + total)
                throw source.Error($"a JPEG Huffman table of {total} codes is too long.");
            ReadOnlySpan<byte> symbols = content.Slice(17, total);
            if (kind == 0 && symbols.ContainsAnyExceptInRange((byte)0, (byte)LongestSign))
                throw source.Error("a JPEG Huffman table has DC differences of more than 15 bits.");
            (kind == 0 ? Dc : Ac)[index] = HuffmanTable.Build(source, counts, symbols);
            content = content[(17 + total)..];
        }
    }
}
