using System.Buffers.Binary;
using System.Text;

namespace SegFromScratch.Training.Images.Png;

/// <summary>The chunks of a PNG that decoding needs, checked for checksum and order (W3C PNG, 5.3 to 5.6).</summary>
internal sealed class PngChunks
{
    private const int LengthAndType = 8;
    private const int Checksum = 4;

    private readonly ImageSource source;
    private readonly List<ReadOnlyMemory<byte>> compressed = [];

    private PngChunks(ImageSource source) => this.source = source;

    public PngHeader Header { get; private set; }

    /// <summary>PLTE: red, green and blue a colour; empty where there is none.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>tRNS (11.3.1.1): null where there is none.</summary>
    public byte[]? Transparency { get; private set; }

    /// <summary>The size a PNG claims, from its first 33 bytes; false where there are fewer.</summary>
    public static bool TryReadSize(ImageSource source, out (int Width, int Height) size)
    {
        size = default;
        int position = ImageSignature.Png.Length;
        if (source.Data.Length < position + LengthAndType + PngHeader.Length + Checksum)
            return false;
        PngChunks chunks = new(source);
        chunks.TakeHeader(chunks.ReadChunk(ref position, out string type), type);
        size = (chunks.Header.Width, chunks.Header.Height);
        return true;
    }

    public static PngChunks Read(ImageSource source)
    {
        PngChunks chunks = new(source);
        int position = ImageSignature.Png.Length;
        chunks.TakeHeader(chunks.ReadChunk(ref position, out string type), type);
        string previous = type;
        while (true)
        {
            ReadOnlyMemory<byte> data = chunks.ReadChunk(ref position, out type);
            if (type == "IEND")
                break;
            chunks.Take(type, data, previous);
            previous = type;
        }

        if (chunks.compressed.Count == 0)
            throw source.Error("this PNG has no image data (IDAT).");
        if (chunks.Header.ColourType == PngColourType.Palette && chunks.Palette.Length == 0)
            throw source.Error("this PNG has palette colours and no palette (PLTE).");
        return chunks;
    }

    /// <summary>The zlib stream that all IDAT chunks together hold (10.1).</summary>
    public byte[] JoinCompressed()
    {
        byte[] joined = source.Allocate(compressed.Sum(part => (long)part.Length));
        int position = 0;
        foreach (ReadOnlyMemory<byte> part in compressed)
        {
            part.CopyTo(joined.AsMemory(position));
            position += part.Length;
        }

        return joined;
    }

    private void TakeHeader(ReadOnlyMemory<byte> data, string type)
    {
        if (type != "IHDR")
            throw source.Error($"this PNG starts with a chunk {type}, not with its header (IHDR).");
        Header = PngHeader.Parse(source, data.Span);
    }

    private void Take(string type, ReadOnlyMemory<byte> data, string previous)
    {
        switch (type)
        {
            case "PLTE":
                if (Palette.Length > 0 || compressed.Count > 0 || data.Length is 0 or > 768 || data.Length % 3 != 0)
                    throw source.Error($"the PNG palette is misplaced or of a wrong length ({data.Length} bytes).");
                Palette = data.ToArray();
                break;
            case "tRNS":
                CheckTransparency(data.Length);
                Transparency = data.ToArray();
                break;
            case "IDAT":
                if (compressed.Count > 0 && previous != "IDAT")
                    throw source.Error("the PNG image data (IDAT) is interrupted by another chunk.");
                compressed.Add(data);
                break;
            default:
                if (char.IsAsciiLetterUpper(type[0]))
                    throw source.Error($"this PNG has the critical chunk {type}, which is unknown or comes twice.");
                break;
        }
    }

    private void CheckTransparency(int length)
    {
        bool fits = Header.ColourType switch
        {
            PngColourType.Grey => length == 2,
            PngColourType.Rgb => length == 6,
            PngColourType.Palette => length >= 1 && length <= Palette.Length / 3,
            _ => false,
        };
        if (!fits || Transparency is not null || compressed.Count > 0)
            throw source.Error($"the PNG transparency (tRNS) is misplaced or of a wrong length ({length} bytes).");
    }

    private ReadOnlyMemory<byte> ReadChunk(ref int position, out string type)
    {
        ReadOnlySpan<byte> rest = source.Data.AsSpan(position);
        if (rest.Length < LengthAndType + Checksum)
            throw source.Error("this PNG is truncated: it ends before its last chunk (IEND).");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        foreach (byte letter in rest.Slice(4, 4))
        {
            if (!char.IsAsciiLetter((char)letter))
                throw source.Error($"no PNG chunk begins at byte {position}.");
        }

        type = Encoding.ASCII.GetString(rest.Slice(4, 4));
        if (length > rest.Length - LengthAndType - Checksum)
            throw source.Error($"this PNG is truncated: it ends inside a chunk {type}.");
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(rest[(LengthAndType + (int)length)..]);
        if (Crc32.Append(0, rest.Slice(4, 4 + (int)length)) != stored)
            throw source.Error($"the PNG chunk {type} at byte {position} is damaged (its checksum differs).");
        ReadOnlyMemory<byte> data = source.Data.AsMemory(position + LengthAndType, (int)length);
        position += LengthAndType + (int)length + Checksum;
        return data;
    }
}
