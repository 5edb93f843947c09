namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// How a direct convolution is cut into tickets: by image, rows and columns, then by residue (input gradients of strided convolutions) and at last
/// by group of output channels, so that neighbouring tickets read the same source pixels, and fill the same lines, while these are in the cache.
/// </summary>
/// <param name="Groups">Groups of output channels.</param>
/// <param name="ResiduesY">Row residues.</param>
/// <param name="ResiduesX">Column residues.</param>
/// <param name="Batch">Images.</param>
/// <param name="RowsEach">Rows of a ticket.</param>
/// <param name="RowParts">Tickets along the rows.</param>
/// <param name="ColumnsEach">Columns of a ticket.</param>
/// <param name="ColumnParts">Tickets along the columns.</param>
internal readonly record struct TapProductTickets(
    int Groups, int ResiduesY, int ResiduesX, int Batch, int RowsEach, int RowParts, int ColumnsEach, int ColumnParts)
{
    // About 30 microseconds: long against taking a ticket and reading a few rows more, short against the whole.
    private const double OperationsPerTicket = 3e6;

    // A ticket reads all weights of its group once; for so many pixels that takes no part of its time worth mentioning.
    private const int FewestPixels = 128;

    /// <summary>The number of tickets.</summary>
    public int Count => Groups * ResiduesY * ResiduesX * Batch * RowParts * ColumnParts;

    /// <summary>Cuts rows (and, where single rows are long, columns) into pieces of some 3 million operations.</summary>
    /// <param name="groups">Groups of output channels.</param>
    /// <param name="residuesY">Row residues.</param>
    /// <param name="residuesX">Column residues.</param>
    /// <param name="batch">Images.</param>
    /// <param name="rows">Rows of a residue.</param>
    /// <param name="columns">Columns of a residue.</param>
    /// <param name="operationsPerPixel">Operations for one pixel of one group.</param>
    public static TapProductTickets Cut(int groups, int residuesY, int residuesX, int batch, int rows, int columns, double operationsPerPixel)
    {
        double pixels = Math.Max(FewestPixels, OperationsPerTicket / operationsPerPixel);
        int columnsEach = rows > 1 ? columns : Even(columns, pixels);
        int rowsEach = Even(rows, Math.Ceiling(pixels / columnsEach));
        return new TapProductTickets(
            groups, residuesY, residuesX, batch, rowsEach, (rows + rowsEach - 1) / rowsEach, columnsEach, (columns + columnsEach - 1) / columnsEach);

        // No piece is much smaller than the others: it would read all weights for a few pixels.
        static int Even(int length, double each)
        {
            int parts = Math.Max(1, (int)(length / each));
            return Math.Max(1, (length + parts - 1) / parts);
        }
    }

    /// <summary>What a ticket computes.</summary>
    public Place Find(int ticket)
    {
        int group = ticket % Groups;
        ticket /= Groups;
        int residueX = ticket % ResiduesX;
        ticket /= ResiduesX;
        int residueY = ticket % ResiduesY;
        ticket /= ResiduesY;
        int column = ticket % ColumnParts;
        ticket /= ColumnParts;
        int row = ticket % RowParts;
        ticket /= RowParts;
        return new Place(group, residueY, residueX, ticket, row * RowsEach, column * ColumnsEach);
    }

    /// <summary>Where a ticket starts.</summary>
    /// <param name="Group">Its group of output channels.</param>
    /// <param name="ResidueY">Its row residue.</param>
    /// <param name="ResidueX">Its column residue.</param>
    /// <param name="Image">Its image.</param>
    /// <param name="Row">Its first row, counted in its residue.</param>
    /// <param name="Column">Its first column, counted in its residue.</param>
    internal readonly record struct Place(int Group, int ResidueY, int ResidueX, int Image, int Row, int Column);
}
