namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// How a direct convolution is cut into tickets: by group of output channels first, so that neighbouring tickets share packed weights,
/// then by residue (input gradients of strided convolutions), image, rows and columns.
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
        double pixels = Math.Max(1, OperationsPerTicket / operationsPerPixel);
        int columnsEach = rows > 1 ? columns : Math.Min(columns, (int)Math.Max(56, Math.Min(pixels, columns)));
        int rowsEach = (int)Math.Max(1, Math.Min(rows, pixels / columnsEach));
        return new TapProductTickets(
            groups, residuesY, residuesX, batch, rowsEach, (rows + rowsEach - 1) / rowsEach, columnsEach, (columns + columnsEach - 1) / columnsEach);
    }

    /// <summary>What a ticket computes.</summary>
    public Place Find(int ticket)
    {
        int column = ticket % ColumnParts;
        ticket /= ColumnParts;
        int row = ticket % RowParts;
        ticket /= RowParts;
        int image = ticket % Batch;
        ticket /= Batch;
        int residueX = ticket % ResiduesX;
        ticket /= ResiduesX;
        return new Place(ticket / ResiduesY, ticket % ResiduesY, residueX, image, row * RowsEach, column * ColumnsEach);
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
