using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Polygons;

/// <summary>A part of an image that was given one class.</summary>
/// <param name="Label">The class index, or the ignore index.</param>
internal abstract record Region(byte Label)
{
    /// <summary>Paints the region over what is there.</summary>
    /// <exception cref="ArgumentException">The region does not fit the mask; the message is one clause.</exception>
    public abstract void Paint(IndexMask mask);
}

/// <summary>The inside of rings of corners.</summary>
internal sealed record PolygonRegion(byte Label, IReadOnlyList<PolygonPoint[]> Rings) : Region(Label)
{
    /// <inheritdoc/>
    public override void Paint(IndexMask mask) => PolygonFill.Paint(mask, Rings, Label);
}

/// <summary>The inside of several polygons, each by itself: where two overlap is inside, too.</summary>
internal sealed record PolygonUnionRegion(byte Label, IReadOnlyList<PolygonPoint[]> Polygons) : Region(Label)
{
    /// <inheritdoc/>
    public override void Paint(IndexMask mask)
    {
        foreach (PolygonPoint[] polygon in Polygons)
            PolygonFill.Paint(mask, [polygon], Label);
    }
}

/// <summary>The inside of a circle or ellipse: pixels whose centre (x, y) has ((x - cx)/rx)^2 + ((y - cy)/ry)^2 &lt;= 1.</summary>
internal sealed record EllipseRegion(byte Label, double CenterX, double CenterY, double RadiusX, double RadiusY) : Region(Label)
{
    /// <inheritdoc/>
    public override void Paint(IndexMask mask)
    {
        int top = (int)Math.Clamp(CenterY - RadiusY, 0, mask.Height), bottom = (int)Math.Clamp(CenterY + RadiusY + 1, 0, mask.Height);
        int left = (int)Math.Clamp(CenterX - RadiusX, 0, mask.Width), right = (int)Math.Clamp(CenterX + RadiusX + 1, 0, mask.Width);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                double across = (x + 0.5 - CenterX) / RadiusX, down = (y + 0.5 - CenterY) / RadiusY;
                if ((across * across) + (down * down) <= 1)
                    mask[y, x] = Label;
            }
        }
    }
}
