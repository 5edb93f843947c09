using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Training.Prediction;

/// <summary>Answers for large pictures from answers for overlapping tiles, blended by the weights of <see cref="TileAxis"/>: at every pixel a mean, so probabilities stay probabilities.</summary>
internal static class TiledInference
{
    /// <summary>Cuts, asks, and blends, one tile after the other.</summary>
    /// <param name="images">N x 3 x H x W.</param>
    /// <param name="shape">N,3,H,W.</param>
    /// <param name="classes">C.</param>
    /// <param name="options">The tiles.</param>
    /// <param name="answer">N x C x h x w for tiles N x 3 x h x w.</param>
    /// <returns>N x C x H x W.</returns>
    public static float[] Blend(ReadOnlySpan<float> images, TensorShape shape, int classes, TileOptions options, TileAnswer answer)
    {
        var columns = new TileAxis(shape.Width, options.Width, options.Overlap, options.Window);
        var rows = new TileAxis(shape.Height, options.Height, options.Overlap, options.Window);
        TensorShape tile = shape with { Width = columns.Length, Height = rows.Length }, whole = shape with { Channels = classes };
        var cut = new float[tile.Elements];
        var blended = new float[whole.Elements];
        for (int row = 0; row < rows.Starts.Count; row++)
        {
            for (int column = 0; column < columns.Starts.Count; column++)
            {
                Cut(images, shape, cut, tile, rows.Starts[row], columns.Starts[column]);
                Add(answer(cut, tile), tile, blended, whole, (rows.Starts[row], columns.Starts[column]), rows.Weights(row), columns.Weights(column));
            }
        }

        return blended;
    }

    private static void Cut(ReadOnlySpan<float> from, TensorShape whole, Span<float> to, TensorShape tile, int top, int left)
    {
        for (int line = 0; line < to.Length / tile.Width; line++)
        {
            int plane = line / tile.Height, y = top + (line % tile.Height);
            from.Slice((((plane * whole.Height) + y) * whole.Width) + left, tile.Width).CopyTo(to[(line * tile.Width)..]);
        }
    }

    private static void Add(ReadOnlySpan<float> from, TensorShape tile, Span<float> to, TensorShape whole, (int Top, int Left) place, ReadOnlySpan<float> rows, ReadOnlySpan<float> columns)
    {
        for (int line = 0; line < from.Length / tile.Width; line++)
        {
            int plane = line / tile.Height, row = line % tile.Height;
            ReadOnlySpan<float> values = from.Slice(line * tile.Width, tile.Width);
            Span<float> sums = to.Slice((((plane * whole.Height) + place.Top + row) * whole.Width) + place.Left, tile.Width);
            for (int x = 0; x < sums.Length; x++)
                sums[x] += rows[row] * columns[x] * values[x];
        }
    }
}

/// <summary>What a network says about tiles.</summary>
/// <param name="images">N x 3 x h x w.</param>
/// <param name="shape">N,3,h,w.</param>
/// <returns>N x C x h x w.</returns>
internal delegate float[] TileAnswer(ReadOnlySpan<float> images, TensorShape shape);
