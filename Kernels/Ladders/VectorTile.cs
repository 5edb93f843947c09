namespace SegFromScratch.Kernels.Ladders;

/// <summary>
/// The heart of <see cref="Rung.VectorTiles"/>: one work-item multiplies 8 rows by a panel of 32 columns, with its sums in 16 vector registers.
/// On a processor a work-item is a loop of one thread: what a GPU shares between work-items, here one of them does alone, without barriers.
/// The panel is a copy of the right factor's columns, side by side, that stays in the first-level cache while all rows pass over it.
/// </summary>
public static class VectorTile
{
    /// <summary>Rows of the result in registers.</summary>
    public const int Rows = 8;

    /// <summary>Columns of the result in registers: two vectors.</summary>
    public const int Columns = 32;

    /// <summary>Lanes of a vector.</summary>
    public const int Lanes = 16;

    /// <summary>Terms of each sum in a panel: 256 x 32 floats fill 32 KB.</summary>
    public const int Depth = 256;

    /// <summary>Elements of a panel, [Depth][Columns].</summary>
    public const int PanelLength = Depth * Columns;

    /// <summary>Rows of the result that use a panel before it is thrown away. More of them make less work, fewer of them more work-items.</summary>
    public const int RowsPerPanel = 128;

    /// <summary>
    /// sums += left * panel. The terms of a sum are counted by an outer and an inner index: element (row i, outer, inner) of the left factor lies at
    /// rowStart[i] + outer * outerStride + inner.
    /// </summary>
    /// <param name="left">The left factor.</param>
    /// <param name="rowStart">Where each of the 8 rows begins.</param>
    /// <param name="outerCount">Steps of the outer index.</param>
    /// <param name="outerStride">Elements from one outer step to the next.</param>
    /// <param name="innerCount">Steps of the inner index, whose elements lie side by side.</param>
    /// <param name="panel">The right factor, [outer and inner][32].</param>
    /// <param name="sums">8 x 2 vectors, row by row.</param>
    public static void MultiplyAdd(
        ArrayView<float> left, ArrayView<int> rowStart, int outerCount, int outerStride, int innerCount, ArrayView<float> panel, ArrayView<FloatVector16> sums)
    {
        int at = 0;
        for (int outer = 0; outer < outerCount; outer++)
        {
            for (int inner = 0; inner < innerCount; inner++)
            {
                int term = (outer * outerStride) + inner;
                FloatVector16 near = FloatVector16.Load(panel, at);
                FloatVector16 far = FloatVector16.Load(panel, at + Lanes);
                at += Columns;
                for (int i = 0; i < Rows; i++)
                {
                    float factor = left[rowStart[i] + term];
                    sums[2 * i] = FloatVector16.MultiplyAdd(factor, near, sums[2 * i]);
                    sums[(2 * i) + 1] = FloatVector16.MultiplyAdd(factor, far, sums[(2 * i) + 1]);
                }
            }
        }
    }

    /// <summary>The first numbers of a run, and zeros behind them.</summary>
    /// <param name="view">Where they lie.</param>
    /// <param name="index">The first.</param>
    /// <param name="count">How many; may be below 0 or above 16.</param>
    /// <param name="lanes">Room for 16 numbers.</param>
    public static FloatVector16 LoadFirst(ArrayView<float> view, int index, int count, ArrayView<float> lanes)
    {
        if (count >= Lanes)
            return FloatVector16.Load(view, index);
        for (int lane = 0; lane < Lanes; lane++)
            lanes[lane] = lane < count ? view[index + lane] : 0f;
        return FloatVector16.Load(lanes, 0);
    }

    /// <summary>The lanes from first up to end, exclusive, of the sixteen numbers from an index on, and zeros in the others. What lies outside the view is not read.</summary>
    /// <param name="view">Where they lie.</param>
    /// <param name="index">The number of lane 0; may lie outside the view.</param>
    /// <param name="first">The first lane wanted.</param>
    /// <param name="end">The lane after the last wanted.</param>
    /// <param name="lanes">Room for 16 numbers.</param>
    public static FloatVector16 LoadBetween(ArrayView<float> view, int index, int first, int end, ArrayView<float> lanes)
    {
        if (first <= 0 && end >= Lanes)
            return FloatVector16.Load(view, index);
        if (index >= 0 && index + Lanes <= view.Length)
            return FloatVector16.Keep(FloatVector16.Load(view, index), first, end);
        for (int lane = 0; lane < Lanes; lane++)
            lanes[lane] = lane >= first && lane < end ? view[index + lane] : 0f;
        return FloatVector16.Load(lanes, 0);
    }

    /// <summary>The sum of all lanes, from the first to the last.</summary>
    /// <param name="value">The vector.</param>
    /// <param name="lanes">Room for 16 numbers.</param>
    public static float Sum(FloatVector16 value, ArrayView<float> lanes)
    {
        FloatVector16.Store(lanes, 0, value);
        float sum = 0f;
        for (int lane = 0; lane < Lanes; lane++)
            sum += lanes[lane];
        return sum;
    }

    /// <summary>Stores the first numbers of a vector.</summary>
    /// <param name="view">Where to.</param>
    /// <param name="index">The first.</param>
    /// <param name="count">How many; may be below 0 or above 16.</param>
    /// <param name="value">The vector.</param>
    /// <param name="lanes">Room for 16 numbers.</param>
    public static void StoreFirst(ArrayView<float> view, int index, int count, FloatVector16 value, ArrayView<float> lanes)
    {
        if (count >= Lanes)
        {
            FloatVector16.Store(view, index, value);
            return;
        }

        FloatVector16.Store(lanes, 0, value);
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (lane < count)
                view[index + lane] = lanes[lane];
        }
    }
}
