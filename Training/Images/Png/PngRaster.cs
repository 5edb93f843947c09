using System.IO.Compression;

namespace SegFromScratch.Training.Images.Png;

/// <summary>Inflates, unfilters and de-interlaces the image data of a PNG into samples of whole bytes (W3C PNG, clauses 7 to 10).
/// A sample of 1, 2, 4 or 8 bits becomes one byte with its unscaled value, one of 16 bits two bytes, the high one first.</summary>
internal static class PngRaster
{
    /// <summary>Deflate cannot shrink further than 258 bytes into two bits (RFC 1951): what claims more is truncated, which is
    /// known before the picture is allocated.</summary>
    private const long MaximumCompression = 258 * 8 / 2;

    /// <summary>First column, first row, column step and row step of each pass of Adam7 (8.2).</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] OnePass = [(0, 0, 1, 1)];

    public static byte[] Read(ImageSource source, PngChunks chunks)
    {
        PngHeader header = chunks.Header;
        byte[] compressed = chunks.JoinCompressed();
        long packedBytes = (long)header.RowBytes(header.Width) * header.Height;
        if (packedBytes > MaximumCompression * compressed.Length)
            throw source.Error($"this PNG is truncated: {compressed.Length} bytes cannot hold {header.Width}x{header.Height} pixels.");
        byte[] raster = source.Allocate((long)header.Width * header.Height * header.UnpackedPixelBytes);
        try
        {
            using ZLibStream inflated = new(new MemoryStream(compressed), CompressionMode.Decompress);
            foreach ((int X, int Y, int StepX, int StepY) pass in header.Interlaced ? Adam7 : OnePass)
                ReadPass(source, header, inflated, pass, raster);
            if (inflated.ReadByte() >= 0)
                throw source.Error("the PNG image data goes on after the last row.");
        }
        catch (InvalidDataException damage)
        {
            throw source.Error($"the PNG image data is damaged ({damage.Message.TrimEnd('.')}).", damage);
        }

        return raster;
    }

    private static void ReadPass(ImageSource source, PngHeader header, ZLibStream inflated, (int X, int Y, int StepX, int StepY) pass, byte[] raster)
    {
        int columns = (header.Width - pass.X + pass.StepX - 1) / pass.StepX;
        if (columns <= 0)
            return;
        int rowBytes = header.RowBytes(columns);
        byte[] row = new byte[rowBytes + 1];
        byte[] above = new byte[rowBytes + 1];
        int pixelBytes = header.UnpackedPixelBytes;
        byte[] unpacked = pass.StepX > 1 ? new byte[columns * pixelBytes] : [];
        for (int y = pass.Y; y < header.Height; y += pass.StepY)
        {
            if (inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw source.Error("this PNG is truncated: its image data ends before the last row.");
            if (row[0] >= PngFilter.Count)
                throw source.Error($"the PNG row {y} has the unknown filter {row[0]}.");
            PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), header.FilterStep);
            Span<byte> target = raster.AsSpan(y * header.Width * pixelBytes, header.Width * pixelBytes);
            if (pass.StepX == 1)
            {
                Unpack(row.AsSpan(1), header.BitDepth, target);
            }
            else
            {
                Unpack(row.AsSpan(1), header.BitDepth, unpacked);
                for (int i = 0; i < columns; i++)
                    unpacked.AsSpan(i * pixelBytes, pixelBytes).CopyTo(target[((pass.X + (i * pass.StepX)) * pixelBytes)..]);
            }

            (row, above) = (above, row);
        }
    }

    /// <summary>Gives each sample of less than a byte a byte of its own; the leftmost one has the highest bits (7.2).</summary>
    private static void Unpack(ReadOnlySpan<byte> packed, int bitDepth, Span<byte> samples)
    {
        if (bitDepth >= 8)
        {
            packed.CopyTo(samples);
            return;
        }

        int mask = (1 << bitDepth) - 1;
        for (int i = 0; i < samples.Length; i++)
        {
            int bit = i * bitDepth;
            samples[i] = (byte)((packed[bit >> 3] >> (8 - bitDepth - (bit & 7))) & mask);
        }
    }
}
