using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Visualization;

/// <summary>Pictures of one size in a grid, each under its label.</summary>
public static class LabelledPanels
{
    private const int Gap = 4, LabelHeight = BitmapFont.Height + (2 * Gap);

    // Of width to height: what screens and pages have.
    private const double BestShape = 1.5;

    private static readonly (byte R, byte G, byte B) _background = (32, 32, 32);
    private static readonly (byte R, byte G, byte B) _text = (230, 230, 230);

    /// <summary>Composes a sheet with as many columns as bring its shape nearest to that of a page.</summary>
    /// <param name="panels">Labels with their pictures; what of a label is longer than its picture is cut off. Letters that the font has not are drawn as boxes.</param>
    /// <returns>A new image of three channels.</returns>
    /// <exception cref="ArgumentException">There is no panel, or the sizes differ.</exception>
    public static Image Compose(IReadOnlyList<(string Label, Image Picture)> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0)
            throw new ArgumentException("There is no panel.", nameof(panels));
        (int width, int height) = (panels[0].Picture.Width, panels[0].Picture.Height);
        if (panels.Select(panel => panel.Picture).FirstOrDefault(other => (other.Width, other.Height) != (width, height)) is { } other)
            throw new ArgumentException($"Panels are {width}x{height} and {other.Width}x{other.Height} pixels.", nameof(panels));
        int columns = Enumerable.Range(1, panels.Count).MinBy(count => Math.Abs(Math.Log(ShapeOf(count, Rows(panels.Count, count), width, height) / BestShape)));
        var canvas = new Canvas((columns * (width + Gap)) - Gap, (Rows(panels.Count, columns) * (LabelHeight + height + Gap)) - Gap, _background);
        for (int i = 0; i < panels.Count; i++)
        {
            int left = i % columns * (width + Gap), top = i / columns * (LabelHeight + height + Gap);
            string label = panels[i].Label;
            canvas.Write(left + Gap, top + Gap, label[..Math.Min(label.Length, Math.Max(0, width - Gap) / BitmapFont.Advance)], _text);
            canvas.Draw(left, top + LabelHeight, PictureForms.ToRgb(panels[i].Picture));
        }

        return canvas.Image;
    }

    private static int Rows(int panels, int columns) => (panels + columns - 1) / columns;

    private static double ShapeOf(int columns, int rows, int width, int height) => columns * width / (double)(rows * (height + LabelHeight));
}
