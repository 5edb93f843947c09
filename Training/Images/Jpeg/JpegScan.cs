namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Decodes the blocks of one scan in the order in which they are stored (T.81, A.2 and F.2.1).</summary>
internal ref struct JpegScan
{
    private readonly ImageSource source;
    private readonly JpegFrame frame;
    private readonly JpegScanHeader header;
    private readonly Span<short> sequentialBlock;
    private readonly int restartInterval;
    private EntropyReader reader;
    private int blocksToSkip;

    private JpegScan(ImageSource source, JpegFrame frame, JpegScanHeader header, int restartInterval, int position, Span<short> sequentialBlock)
    {
        (this.source, this.frame, this.header, this.restartInterval) = (source, frame, header, restartInterval);
        this.sequentialBlock = sequentialBlock;
        reader = new EntropyReader(source, position);
    }

    /// <summary>Decodes a scan whose data begin at <paramref name="position"/>.</summary>
    /// <returns>Where the search for the next marker goes on.</returns>
    public static int Decode(ImageSource source, JpegFrame frame, JpegScanHeader header, JpegTables tables, int position)
    {
        foreach (JpegScanComponent part in header.Components)
            Begin(source, header, tables, part.Component);
        JpegScan scan = new(source, frame, header, tables.RestartInterval, position, stackalloc short[64]);
        if (header.Components.Length == 1)
            scan.DecodeOneComponent(header.Components[0]);
        else
            scan.DecodeInterleaved();
        return scan.reader.Position;
    }

    private static void Begin(ImageSource source, JpegScanHeader header, JpegTables tables, JpegComponent component)
    {
        component.Predictor = 0;
        bool isFirst = header.First == 0 && !header.Refines;
        if (isFirst && component.Started)
            throw source.Error($"the JPEG component {component.Identifier} is begun by two scans.");
        if (!isFirst && !component.Started)
            throw source.Error($"the JPEG component {component.Identifier} has no DC scan before the others.");
        if (isFirst)
        {
            component.Quantisation = tables.Quantisation[component.QuantisationTable]
                ?? throw source.Error($"the JPEG quantisation table {component.QuantisationTable} is not defined.");
        }
    }

    /// <summary>A scan of one component holds just the blocks that touch the picture, row by row (A.2.2).</summary>
    private void DecodeOneComponent(JpegScanComponent part)
    {
        JpegComponent component = part.Component;
        int unit = 0;
        for (int row = 0; row < component.UsedBlockRows; row++)
        {
            for (int column = 0; column < component.UsedBlockColumns; column++)
            {
                BeginUnit(unit++);
                DecodeBlock(part, row, column);
            }

            CheckEnd();
        }
    }

    /// <summary>An interleaved scan holds units of Horizontal x Vertical blocks of each component in turn (A.2.3).</summary>
    private void DecodeInterleaved()
    {
        int unit = 0;
        for (int unitRow = 0; unitRow < frame.UnitRows; unitRow++)
        {
            for (int unitColumn = 0; unitColumn < frame.UnitColumns; unitColumn++)
            {
                BeginUnit(unit++);
                foreach (JpegScanComponent part in header.Components)
                {
                    JpegComponent component = part.Component;
                    for (int y = 0; y < component.Vertical; y++)
                    {
                        for (int x = 0; x < component.Horizontal; x++)
                            DecodeBlock(part, (unitRow * component.Vertical) + y, (unitColumn * component.Horizontal) + x);
                    }
                }
            }

            CheckEnd();
        }
    }

    private void BeginUnit(int unit)
    {
        if (restartInterval == 0 || unit == 0 || unit % restartInterval != 0)
            return;
        CheckEnd();
        reader.Restart(((unit / restartInterval) - 1) & 7);
        blocksToSkip = 0;
        foreach (JpegScanComponent part in header.Components)
            part.Component.Predictor = 0;
    }

    private readonly void CheckEnd()
    {
        if (reader.Overrun)
            throw source.Error("this JPEG is truncated or damaged: a scan ends before its last block.");
    }

    private void DecodeBlock(JpegScanComponent part, int row, int column)
    {
        JpegComponent component = part.Component;
        if (!frame.IsProgressive)
        {
            sequentialBlock.Clear();
            bool hasAc = SequentialBlock.Read(source, ref reader, part.Dc!, part.Ac!, component, sequentialBlock);
            InverseDct.Write(sequentialBlock, hasAc, component, row, column);
            return;
        }

        Span<short> block = component.Coefficients.AsSpan(((row * component.BlockColumns) + column) * 64, 64);
        switch (header.First, header.Refines)
        {
            case (0, false):
                ProgressiveBlock.ReadDcFirst(ref reader, part.Dc!, component, header.Shift, block);
                break;
            case (0, true):
                ProgressiveBlock.ReadDcRefinement(ref reader, header.Shift, block);
                break;
            case (_, false):
                ProgressiveBlock.ReadAcFirst(source, ref reader, header, part.Ac!, ref blocksToSkip, block);
                break;
            case (_, true):
                ProgressiveBlock.ReadAcRefinement(source, ref reader, header, part.Ac!, ref blocksToSkip, block);
                break;
        }
    }
}
