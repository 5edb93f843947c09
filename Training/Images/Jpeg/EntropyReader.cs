using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Reads bits of entropy-coded data (T.81, F.2.2). The data end at the next marker; behind it zeros are read, and
/// <see cref="Overrun"/> tells that some were used.</summary>
internal ref struct EntropyReader
{
    /// <summary>A symbol takes up to 16 bits and the number behind it up to 15.</summary>
    private const int BitsOfOneSymbol = 32;

    private readonly ImageSource source;
    private readonly ReadOnlySpan<byte> data;
    private int position;

    /// <summary>The next bits, the first one topmost.</summary>
    private ulong window;

    /// <summary>How many bits of <see cref="window"/> count.</summary>
    private int available;

    /// <summary>How many zeros were added behind the end.</summary>
    private int added;

    public EntropyReader(ImageSource source, int position)
    {
        this.source = source;
        data = source.Data;
        this.position = position;
    }

    /// <summary>Where the data began or, after a scan, where the search for the next marker goes on.</summary>
    public readonly int Position => position;

    /// <summary>Whether more bits were read than the data had.</summary>
    public readonly bool Overrun => available < added;

    /// <summary>The next Huffman code's symbol. Leaves enough bits in the window for one <see cref="ReadSigned"/> of up to 15 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadSymbol(HuffmanTable table)
    {
        if (available < BitsOfOneSymbol)
            Fill();
        int found = table.Find((int)(window >> 48));
        if (found == 0)
            throw source.Error($"the JPEG data before byte {position} are damaged (no such Huffman code).");
        int length = found >> 8;
        window <<= length;
        available -= length;
        return found & 255;
    }

    /// <summary>A number of 1 to 15 bits whose leading 0 means negative (RECEIVE and EXTEND, F.2.2.1), directly behind its symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadSigned(int size)
    {
        int value = (int)(window >> (64 - size));
        window <<= size;
        available -= size;
        return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }

    /// <summary>An unsigned number of 1 to 15 bits.</summary>
    public int ReadBits(int size)
    {
        if (available < size)
            Fill();
        int value = (int)(window >> (64 - size));
        window <<= size;
        available -= size;
        return value;
    }

    /// <summary>Passes the restart marker that must stand here, and starts anew behind it.</summary>
    public void Restart(int number)
    {
        int start = position;
        while (start + 1 < data.Length && (data[start] != 0xFF || data[start + 1] is 0 or 0xFF))
            start++;
        if (start + 1 >= data.Length)
            throw source.Error("this JPEG is truncated: it ends inside a scan.");
        if (data[start + 1] != JpegMarker.FirstRestart + number)
            throw source.Error($"the JPEG data at byte {start} are damaged (a restart marker is missing).");
        (position, window, available, added) = (start + 2, 0, 0, 0);
    }

    /// <summary>Tops the window up to more than 56 bits.</summary>
    private void Fill()
    {
        if (position + 8 <= data.Length)
        {
            ulong next = BinaryPrimitives.ReadUInt64BigEndian(data[position..]);
            if (!HasByteFF(next))
            {
                // Bits beyond the whole bytes that are counted may stay below them: the next call puts the same bits there.
                window |= next >> available;
                int bytes = (64 - available) >> 3;
                position += bytes;
                available += bytes * 8;
                return;
            }
        }

        FillByBytes();
    }

    private void FillByBytes()
    {
        while (available <= 56)
        {
            ulong value = 0;
            if (position < data.Length && data[position] != 0xFF)
            {
                value = data[position++];
            }
            else if (position + 1 < data.Length && data[position + 1] == 0)
            {
                // 0xFF is followed by a stuffed zero, to tell it from a marker (B.1.1.5).
                value = 0xFF;
                position += 2;
            }
            else
            {
                added += 8;
            }

            window |= value << (56 - available);
            available += 8;
        }
    }

    private static bool HasByteFF(ulong value)
    {
        const ulong lowBits = 0x0101010101010101;
        const ulong highBits = 0x8080808080808080;
        return ((~value - lowBits) & value & highBits) != 0;
    }
}
