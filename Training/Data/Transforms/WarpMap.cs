namespace SegFromScratch.Training.Data.Transforms;

/// <summary>
/// Where each output pixel of a plan comes from: one map for image and truth, so they cannot part ways. The truth takes the nearest source pixel. The image is sampled linearly from a
/// canvas, the plan's window without flips made as large as the warp reaches, whose pixels are antialiased already.
/// </summary>
internal sealed class WarpMap
{
    private float[] _x = [], _y = [];
    private int[] _sources = [];

    /// <summary>Computes the map of a plan.</summary>
    public void Fill(SamplePlan plan, int sourceWidth, int sourceHeight)
    {
        int pixels = plan.Width * plan.Height;
        if (_x.Length < pixels)
            (_x, _y, _sources) = (new float[pixels], new float[pixels], new int[pixels]);
        for (int y = 0, i = 0; y < plan.Height; y++)
        {
            for (int x = 0; x < plan.Width; x++, i++)
            {
                (double fromX, double fromY) = plan.Warp?.Source(x + 0.5, y + 0.5, plan.Width, plan.Height) ?? (x + 0.5, y + 0.5);
                fromX = plan.FlipX ? plan.Width - fromX : fromX;
                fromY = plan.FlipY ? plan.Height - fromY : fromY;
                (_x[i], _y[i]) = ((float)fromX, (float)fromY);
                double sourceX = MirrorAxis.Inside(plan.X + (fromX * plan.StepX), sourceWidth, plan.MirrorPadding);
                double sourceY = MirrorAxis.Inside(plan.Y + (fromY * plan.StepY), sourceHeight, plan.MirrorPadding);
                bool isInside = sourceX >= 0 && sourceX < sourceWidth && sourceY >= 0 && sourceY < sourceHeight;
                _sources[i] = isInside ? ((int)sourceY * sourceWidth) + (int)sourceX : -1;
            }
        }
    }

    /// <summary>The source pixel of each output pixel; -1 in the padding.</summary>
    public ReadOnlySpan<int> Sources(SamplePlan plan) => _sources.AsSpan(0, plan.Width * plan.Height);

    /// <summary>The window of a plan, made as large as its warp reaches, neither mirrored nor warped.</summary>
    public SamplePlan Canvas(SamplePlan plan)
    {
        int pixels = plan.Width * plan.Height;
        (int left, int right) = Reach(_x.AsSpan(0, pixels));
        (int top, int bottom) = Reach(_y.AsSpan(0, pixels));
        return plan with
        {
            Width = right - left,
            Height = bottom - top,
            X = plan.X + (left * plan.StepX),
            Y = plan.Y + (top * plan.StepY),
            FlipX = false,
            FlipY = false,
            Warp = null,
        };
    }

    /// <summary>Samples a canvas at the places of the map. Of the four pixels around a place those that are padding give way to their neighbours.</summary>
    /// <param name="canvas">3 planes of the canvas.</param>
    /// <param name="window">The canvas's plan.</param>
    /// <param name="sourceWidth">Columns of the source.</param>
    /// <param name="sourceHeight">Rows of the source.</param>
    /// <param name="output">3 planes of the output; written, 0 in the padding.</param>
    public void Sample(ReadOnlySpan<float> canvas, SamplePlan window, int sourceWidth, int sourceHeight, Span<float> output)
    {
        int pixels = output.Length / 3, plane = window.Width * window.Height;
        (int left, _) = Reach(_x.AsSpan(0, pixels));
        (int top, _) = Reach(_y.AsSpan(0, pixels));
        (int firstX, int lastX) = Valid(window.X, window.StepX, window.Width, sourceWidth, window.MirrorPadding);
        (int firstY, int lastY) = Valid(window.Y, window.StepY, window.Height, sourceHeight, window.MirrorPadding);
        for (int i = 0; i < pixels; i++)
        {
            if (_sources[i] < 0)
            {
                output[i] = output[pixels + i] = output[(2 * pixels) + i] = 0;
                continue;
            }

            float x = _x[i] - left - 0.5f, y = _y[i] - top - 0.5f;
            int x0 = (int)MathF.Floor(x), y0 = (int)MathF.Floor(y);
            float shareX = x - x0, shareY = y - y0;
            int west = Math.Clamp(x0, firstX, lastX), east = Math.Clamp(x0 + 1, firstX, lastX);
            int north = Math.Clamp(y0, firstY, lastY) * window.Width, south = Math.Clamp(y0 + 1, firstY, lastY) * window.Width;
            for (int channel = 0; channel < 3; channel++)
            {
                ReadOnlySpan<float> values = canvas.Slice(channel * plane, plane);
                float upper = values[north + west] + (shareX * (values[north + east] - values[north + west]));
                float lower = values[south + west] + (shareX * (values[south + east] - values[south + west]));
                output[(channel * pixels) + i] = upper + (shareY * (lower - upper));
            }
        }
    }

    // Half a pixel of room on both sides, for the neighbours of the outermost places.
    private static (int First, int End) Reach(ReadOnlySpan<float> places)
    {
        float least = float.MaxValue, greatest = float.MinValue;
        foreach (float place in places)
            (least, greatest) = (Math.Min(least, place), Math.Max(greatest, place));
        return ((int)MathF.Floor(least - 0.5f), (int)MathF.Ceiling(greatest + 0.5f));
    }

    // The canvas's pixels whose centres are in the source.
    private static (int First, int Last) Valid(double origin, double step, int length, int sourceLength, bool mirror)
    {
        if (mirror)
            return (0, length - 1);
        int first = Math.Max(0, (int)Math.Ceiling((-origin / step) - 0.5));
        int last = Math.Min(length - 1, (int)Math.Ceiling(((sourceLength - origin) / step) - 0.5) - 1);
        return (Math.Min(first, length - 1), Math.Max(last, Math.Min(first, length - 1)));
    }
}
