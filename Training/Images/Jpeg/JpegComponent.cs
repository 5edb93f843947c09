namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>One colour component of a frame: how it is sampled, where its blocks lie, and what has been decoded of it.</summary>
internal sealed class JpegComponent(byte identifier, int horizontal, int vertical, int quantisationTable)
{
    /// <summary>The name that scans call it by.</summary>
    public byte Identifier { get; } = identifier;

    /// <summary>Blocks a unit of interleaved data across, 1 to 4.</summary>
    public int Horizontal { get; } = horizontal;

    /// <summary>Blocks a unit of interleaved data down, 1 to 4.</summary>
    public int Vertical { get; } = vertical;

    /// <summary>Which of the four quantisation tables it uses.</summary>
    public int QuantisationTable { get; } = quantisationTable;

    /// <summary>Columns of samples that belong to the picture.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of samples that belong to the picture.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of 8x8 blocks that touch the picture: those of a scan of this component alone (A.2.2).</summary>
    public int UsedBlockColumns => (Width + 7) / 8;

    /// <summary>Rows of 8x8 blocks that touch the picture.</summary>
    public int UsedBlockRows => (Height + 7) / 8;

    /// <summary>Columns of 8x8 blocks in memory, filled up to whole interleaved units (A.2.4).</summary>
    public int BlockColumns { get; private set; }

    /// <summary>Rows of 8x8 blocks in memory.</summary>
    public int BlockRows { get; private set; }

    /// <summary>Bytes a row of <see cref="Samples"/>.</summary>
    public int Stride => BlockColumns * 8;

    /// <summary>The decoded samples, BlockRows * 8 rows of <see cref="Stride"/> bytes.</summary>
    public byte[] Samples { get; private set; } = [];

    /// <summary>Progressive frames only: 64 coefficients a block in natural order, collected over the scans.</summary>
    public short[] Coefficients { get; private set; } = [];

    /// <summary>The table as it stood when the component's first scan began (B.2.4.1 lets later scans redefine it).</summary>
    public ushort[]? Quantisation { get; set; }

    /// <summary>The DC value of the block before, which the next one is a difference to (F.1.1.5.1).</summary>
    public int Predictor { get; set; }

    /// <summary>Whether a scan has brought its DC coefficients.</summary>
    public bool Started => Quantisation is not null;

    /// <summary>Sets the sizes that follow from the whole frame (A.1.1).</summary>
    public void SetSize(JpegFrame frame)
    {
        Width = CeilingDivide(frame.Width * Horizontal, frame.MaximumHorizontal);
        Height = CeilingDivide(frame.Height * Vertical, frame.MaximumVertical);
        BlockColumns = frame.UnitColumns * Horizontal;
        BlockRows = frame.UnitRows * Vertical;
    }

    /// <summary>Allocates what the scans write into.</summary>
    public void Allocate(ImageSource source, bool progressive)
    {
        long samples = (long)BlockColumns * BlockRows * 64;
        Samples = source.Allocate(samples);
        if (progressive)
            Coefficients = new short[samples];
    }

    private static int CeilingDivide(int value, int divisor) => (value + divisor - 1) / divisor;
}
