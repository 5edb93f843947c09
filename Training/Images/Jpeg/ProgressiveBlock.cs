namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Adds what one progressive scan says to one block (T.81, G.1.2 and G.2). A first scan brings the high bits of some
/// coefficients, each later one (a refinement) one bit more.</summary>
internal static class ProgressiveBlock
{
    private const int SixteenZeros = 15;

    /// <summary>High bits of the DC coefficient: as in a sequential frame, but shifted (G.1.2.1).</summary>
    public static void ReadDcFirst(ref EntropyReader reader, HuffmanTable dc, JpegComponent component, int shift, Span<short> block)
    {
        int size = reader.ReadSymbol(dc);
        if (size > 0)
            component.Predictor += reader.ReadSigned(size);
        block[0] = (short)(component.Predictor << shift);
    }

    /// <summary>One more bit of the DC coefficient, not coded at all (G.1.2.1.1).</summary>
    public static void ReadDcRefinement(ref EntropyReader reader, int shift, Span<short> block)
    {
        if (reader.ReadBits(1) != 0)
            block[0] |= (short)(1 << shift);
    }

    /// <summary>High bits of a band of AC coefficients (G.1.2.2).</summary>
    /// <param name="source">For messages.</param>
    /// <param name="reader">Stands at the block.</param>
    /// <param name="scan">The band and the shift.</param>
    /// <param name="ac">Table of the AC coefficients.</param>
    /// <param name="blocksToSkip">How many blocks from here on have nothing more in the band (the end-of-band run).</param>
    /// <param name="block">The block's coefficients in natural order.</param>
    public static void ReadAcFirst(ImageSource source, ref EntropyReader reader, JpegScanHeader scan, HuffmanTable ac, ref int blocksToSkip, Span<short> block)
    {
        if (blocksToSkip > 0)
        {
            blocksToSkip--;
            return;
        }

        for (int place = scan.First; place <= scan.Last; place++)
        {
            int symbol = reader.ReadSymbol(ac);
            (int run, int size) = (symbol >> 4, symbol & 15);
            if (size == 0)
            {
                if (run != SixteenZeros)
                {
                    blocksToSkip = ReadRunOfBlocks(ref reader, run) - 1;
                    return;
                }

                place += 15;
                continue;
            }

            place += run;
            if (place > scan.Last)
                throw Overfull(source, reader.Position);
            block[ZigZag.Natural[place]] = (short)(reader.ReadSigned(size) << scan.Shift);
        }
    }

    /// <summary>One more bit of a band of AC coefficients (G.1.2.3): a correction bit for each that is not zero yet, and the
    /// places and signs of those that become +1 or -1 at this bit. Runs count only coefficients that are still zero.</summary>
    public static void ReadAcRefinement(ImageSource source, ref EntropyReader reader, JpegScanHeader scan, HuffmanTable ac, ref int blocksToSkip, Span<short> block)
    {
        int place = scan.First;
        while (blocksToSkip == 0 && place <= scan.Last)
        {
            int symbol = reader.ReadSymbol(ac);
            (int run, int size) = (symbol >> 4, symbol & 15);
            if (size == 0 && run != SixteenZeros)
            {
                blocksToSkip = ReadRunOfBlocks(ref reader, run);
                break;
            }

            if (size > 1)
                throw source.Error($"the JPEG data before byte {reader.Position} are damaged (a refinement of more than one bit).");
            int newcomer = 0;
            if (size == 1)
                newcomer = reader.ReadBits(1) != 0 ? 1 << scan.Shift : -(1 << scan.Shift);
            place = CorrectUntil(ref reader, scan, place, run, block);
            if (place > scan.Last && newcomer != 0)
                throw Overfull(source, reader.Position);
            if (newcomer != 0)
                block[ZigZag.Natural[place]] = (short)newcomer;
            place++;
        }

        if (blocksToSkip > 0)
        {
            CorrectUntil(ref reader, scan, place, int.MaxValue, block);
            blocksToSkip--;
        }
    }

    /// <summary>Corrects the coefficients from <paramref name="place"/> on, up to the zero behind <paramref name="zeros"/> zeros.</summary>
    /// <returns>The place of that zero, or one beyond the band.</returns>
    private static int CorrectUntil(ref EntropyReader reader, JpegScanHeader scan, int place, int zeros, Span<short> block)
    {
        int bit = 1 << scan.Shift;
        for (; place <= scan.Last; place++)
        {
            ref short coefficient = ref block[ZigZag.Natural[place]];
            if (coefficient == 0)
            {
                if (zeros-- == 0)
                    break;
            }
            else if (reader.ReadBits(1) != 0)
            {
                coefficient += (short)(coefficient > 0 ? bit : -bit);
            }
        }

        return place;
    }

    /// <summary>EOBn: 2^n blocks, and as many more as the n bits behind it say.</summary>
    private static int ReadRunOfBlocks(ref EntropyReader reader, int bits) =>
        bits == 0 ? 1 : (1 << bits) + reader.ReadBits(bits);

    private static ImageFormatException Overfull(ImageSource source, int position) =>
        source.Error($"the JPEG data before byte {position} are damaged (a block has more coefficients than its band).");
}
