namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Decodes the coefficients of one block of a sequential frame (T.81, F.2.2).</summary>
internal static class SequentialBlock
{
    private const int SixteenZeros = 0xF0;

    /// <summary>Reads one block.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="reader">Stands at the block.</param>
    /// <param name="dc">Table of the DC difference.</param>
    /// <param name="ac">Table of the AC coefficients.</param>
    /// <param name="component">Holds the DC value of the block before.</param>
    /// <param name="block">64 zeros; receives the coefficients in natural order, not yet multiplied by their step sizes.</param>
    /// <returns>Whether any coefficient but the first is there.</returns>
    public static bool Read(ImageSource source, ref EntropyReader reader, HuffmanTable dc, HuffmanTable ac, JpegComponent component, Span<short> block)
    {
        int size = reader.ReadSymbol(dc);
        if (size > 0)
            component.Predictor += reader.ReadSigned(size);
        block[0] = (short)component.Predictor;

        bool hasAc = false;
        for (int place = 1; place < 64; place++)
        {
            // A symbol is the number of zeros before the coefficient and the number of its bits.
            int symbol = reader.ReadSymbol(ac);
            size = symbol & 15;
            if (size == 0)
            {
                if (symbol != SixteenZeros)
                    break;
                place += 15;
                continue;
            }

            place += symbol >> 4;
            if (place > 63)
                throw source.Error($"the JPEG data before byte {reader.Position} are damaged (a block has more than 64 coefficients).");
            block[ZigZag.Natural[place]] = (short)reader.ReadSigned(size);
            hasAc = true;
        }

        return hasAc;
    }
}
