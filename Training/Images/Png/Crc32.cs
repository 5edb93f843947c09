using System.Buffers.Binary;

namespace SegFromScratch.Training.Images.Png;

/// <summary>The checksum of PNG chunks and of zip archives: CRC-32 with the reflected polynomial 0xEDB88320 (W3C PNG, 5.5 and annex D).</summary>
internal static class Crc32
{
    private const int Slices = 8;

    /// <summary>[slice * 256 + byte]: the remainder of that byte followed by <c>slice</c> zero bytes. Eight table reads then
    /// take eight bytes in one step, instead of eight steps that each wait for the one before.</summary>
    private static readonly uint[] Table = BuildTable();

    /// <summary>Continues a checksum over more bytes; 0 starts one.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> data)
    {
        uint[] table = Table;
        uint remainder = ~checksum;
        while (data.Length >= Slices)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ remainder;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            remainder = table[(7 * 256) + (int)(low & 255)] ^ table[(6 * 256) + (int)((low >> 8) & 255)]
                ^ table[(5 * 256) + (int)((low >> 16) & 255)] ^ table[(4 * 256) + (int)(low >> 24)]
                ^ table[(3 * 256) + (int)(high & 255)] ^ table[(2 * 256) + (int)((high >> 8) & 255)]
                ^ table[256 + (int)((high >> 16) & 255)] ^ table[(int)(high >> 24)];
            data = data[Slices..];
        }

        foreach (byte value in data)
            remainder = table[(int)((remainder ^ value) & 255)] ^ (remainder >> 8);
        return ~remainder;
    }

    private static uint[] BuildTable()
    {
        uint[] table = new uint[Slices * 256];
        for (int value = 0; value < 256; value++)
        {
            uint remainder = (uint)value;
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320u);
            table[value] = remainder;
        }

        for (int index = 256; index < table.Length; index++)
        {
            uint shorter = table[index - 256];
            table[index] = table[(int)(shorter & 255)] ^ (shorter >> 8);
        }

        return table;
    }
}
