using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Visualization;

/// <summary>An image to draw on. What would lie outside is left out.</summary>
internal sealed class Canvas
{
    public Canvas(int width, int height, (byte R, byte G, byte B) background)
    {
        Image = new Image(width, height, 3);
        Fill(0, 0, width, height, background);
    }

    public Image Image { get; }

    public void Fill(int left, int top, int width, int height, (byte R, byte G, byte B) color)
    {
        for (int y = Math.Max(0, top); y < Math.Min(Image.Height, top + height); y++)
            for (int x = Math.Max(0, left); x < Math.Min(Image.Width, left + width); x++)
                (Image[y, x, 0], Image[y, x, 1], Image[y, x, 2]) = color;
    }

    /// <summary>Draws the outermost pixels of a rectangle.</summary>
    public void Frame(int left, int top, int width, int height, (byte R, byte G, byte B) color)
    {
        Fill(left, top, width, 1, color);
        Fill(left, top + height - 1, width, 1, color);
        Fill(left, top, 1, height, color);
        Fill(left + width - 1, top, 1, height, color);
    }

    /// <summary>Copies an RGB image that fits in.</summary>
    public void Draw(int left, int top, Image rgb)
    {
        for (int y = 0; y < rgb.Height; y++)
            rgb.Pixels.AsSpan(y * rgb.Width * 3, rgb.Width * 3).CopyTo(Image.Pixels.AsSpan((((top + y) * Image.Width) + left) * 3));
    }

    /// <summary>Writes a line of text, <see cref="BitmapFont.Advance"/> pixels a letter.</summary>
    public void Write(int left, int top, string text, (byte R, byte G, byte B) color)
    {
        foreach (char letter in text)
        {
            for (int row = 0; row < BitmapFont.Height; row++)
                for (int column = 0; column < BitmapFont.Width; column++)
                    if (BitmapFont.IsSet(letter, row, column))
                        Fill(left + column, top + row, 1, 1, color);
            left += BitmapFont.Advance;
        }
    }
}
