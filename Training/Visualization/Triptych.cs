using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Visualization;

/// <summary>Image, truth and prediction side by side, with a legend of the classes below.</summary>
public static class Triptych
{
    private const int SeparatorWidth = 2;
    private const int LegendPadding = 4;
    private const int SwatchSize = BitmapFont.Height;
    private const int LegendRow = BitmapFont.Height + LegendPadding;

    private static readonly (byte R, byte G, byte B) _separator = (255, 255, 255);
    private static readonly (byte R, byte G, byte B) _legendBackground = (32, 32, 32);
    private static readonly (byte R, byte G, byte B) _legendText = (230, 230, 230);

    /// <summary>Puts panels side by side, with thin white separators.</summary>
    /// <param name="panels">Images of one height, for example image, truth and prediction; widths may differ.</param>
    /// <returns>A new image of three channels.</returns>
    /// <exception cref="ArgumentException">There is no panel, or the heights differ.</exception>
    public static Image Compose(params IReadOnlyList<Image> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        return ComposeWithLegend(panels, [], []);
    }

    /// <summary>Puts panels side by side, and below them the classes' colours and names.</summary>
    /// <param name="panels">Images of one height, for example image, truth and prediction.</param>
    /// <param name="names">The class names; letters that the font has not are drawn as boxes.</param>
    /// <param name="palette">One colour a class.</param>
    /// <returns>A new image of three channels.</returns>
    /// <exception cref="ArgumentException">There is no panel, the heights differ, or a class has no colour.</exception>
    public static Image ComposeWithLegend(IReadOnlyList<Image> panels, IReadOnlyList<string> names, IReadOnlyList<(byte R, byte G, byte B)> palette)
    {
        ArgumentNullException.ThrowIfNull(panels);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(palette);
        if (panels.Count == 0)
            throw new ArgumentException("There is no panel.", nameof(panels));
        if (names.Count > palette.Count)
            throw new ArgumentException($"{names.Count} classes need as many colours; the palette has {palette.Count}.", nameof(palette));
        int height = panels[0].Height;
        if (panels.FirstOrDefault(panel => panel.Height != height) is { } other)
            throw new ArgumentException($"Panels are {height} and {other.Height} pixels high.", nameof(panels));

        int width = panels.Sum(panel => panel.Width) + (SeparatorWidth * (panels.Count - 1));
        List<(int Left, int Row)> places = LegendPlaces(names, width);
        int legendHeight = places.Count == 0 ? 0 : LegendPadding + ((places[^1].Row + 1) * LegendRow);
        Canvas canvas = new(width, height + legendHeight, _legendBackground);
        DrawPanels(canvas, panels, height);
        for (int index = 0; index < names.Count; index++)
        {
            int left = places[index].Left;
            int top = height + LegendPadding + (places[index].Row * LegendRow);
            canvas.Fill(left, top, SwatchSize, SwatchSize, palette[index]);
            if (palette[index] is (0, 0, 0))
                canvas.Frame(left, top, SwatchSize, SwatchSize, _legendText);
            canvas.Write(left + SwatchSize + LegendPadding, top, names[index], _legendText);
        }

        return canvas.Image;
    }

    private static void DrawPanels(Canvas canvas, IReadOnlyList<Image> panels, int height)
    {
        int left = 0;
        foreach (Image panel in panels)
        {
            if (left > 0)
            {
                canvas.Fill(left, 0, SeparatorWidth, height, _separator);
                left += SeparatorWidth;
            }

            canvas.Draw(left, 0, PictureForms.ToRgb(panel));
            left += panel.Width;
        }
    }

    // Entries flow like words: one that does not fit into the rest of a row begins the next.
    private static List<(int Left, int Row)> LegendPlaces(IReadOnlyList<string> names, int width)
    {
        List<(int Left, int Row)> places = [];
        int left = LegendPadding, row = 0;
        foreach (string name in names)
        {
            int entry = SwatchSize + LegendPadding + (name.Length * BitmapFont.Advance) + LegendPadding;
            if (left > LegendPadding && left + entry > width)
                (left, row) = (LegendPadding, row + 1);
            places.Add((left, row));
            left += entry + LegendPadding;
        }

        return places;
    }
}
