namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>One component of a scan with the tables that its data are coded with; a table that the scan does not use may be missing.</summary>
internal sealed record JpegScanComponent(JpegComponent Component, HuffmanTable? Dc, HuffmanTable? Ac);

/// <summary>The scan header (T.81, B.2.3): which components, and for progressive frames which coefficients and which of their bits.</summary>
/// <param name="Components">In the order in which a unit holds them.</param>
/// <param name="First">First coefficient in zig-zag order (Ss).</param>
/// <param name="Last">Last coefficient in zig-zag order (Se).</param>
/// <param name="Refines">Whether the scan adds one bit to what earlier ones brought (Ah is not 0).</param>
/// <param name="Shift">The place of the scan's lowest bit (Al).</param>
internal sealed record JpegScanHeader(JpegScanComponent[] Components, int First, int Last, bool Refines, int Shift)
{
    private const int HighestShift = 13;

    public static JpegScanHeader Parse(ImageSource source, JpegFrame frame, JpegTables tables, ReadOnlySpan<byte> content)
    {
        int count = content.IsEmpty ? 0 : content[0];
        if (count is < 1 or > 4 || content.Length != 4 + (2 * count))
            throw source.Error($"the JPEG scan header has {content.Length} bytes and {count} components.");
        ReadOnlySpan<byte> selection = content[(1 + (2 * count))..];
        (int first, int last, int high, int shift) = frame.IsProgressive
            ? (selection[0], selection[1], selection[2] >> 4, selection[2] & 15)
            : (0, 63, 0, 0);
        bool possible = first == 0 ? last == 0 || !frame.IsProgressive : first <= last && last <= 63 && count == 1;
        if (!possible || shift > HighestShift || (high != 0 && high != shift + 1))
            throw source.Error($"the JPEG scan of coefficients {first} to {last}, bits {high} to {shift}, does not exist.");

        JpegScanComponent[] components = new JpegScanComponent[count];
        for (int i = 0; i < count; i++)
        {
            (byte identifier, byte tableNumbers) = (content[1 + (2 * i)], content[2 + (2 * i)]);
            JpegComponent component = Array.Find(frame.Components, candidate => candidate.Identifier == identifier)
                ?? throw source.Error($"a JPEG scan names a component {identifier} that the frame does not have.");
            if (components.Take(i).Any(other => other.Component == component))
                throw source.Error($"a JPEG scan names the component {identifier} twice.");
            (int dc, int ac) = (tableNumbers >> 4, tableNumbers & 15);
            components[i] = new JpegScanComponent(component, dc < 4 ? tables.Dc[dc] : null, ac < 4 ? tables.Ac[ac] : null);
        }

        JpegScanHeader header = new(components, first, last, high != 0, shift);
        bool needsDc = first == 0 && !header.Refines;
        if (needsDc && components.Any(component => component.Dc is null))
            throw source.Error("a JPEG scan uses a DC Huffman table that is not defined.");
        if (last > 0 && components.Any(component => component.Ac is null))
            throw source.Error("a JPEG scan uses an AC Huffman table that is not defined.");
        return header;
    }
}
