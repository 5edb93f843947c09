using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>Reads planes of numbers at a smaller size: pictures as the mean of the pixels that fall together, labels as the one under each small pixel's centre.</summary>
internal sealed class SmallView
{
    private readonly int _sourceWidth, _sourceHeight, _width, _height;

    /// <summary>Chooses the size.</summary>
    /// <param name="sourceWidth">Columns of the planes.</param>
    /// <param name="sourceHeight">Rows of the planes.</param>
    /// <param name="longestSide">The most columns or rows; smaller planes keep their size.</param>
    public SmallView(int sourceWidth, int sourceHeight, int longestSide)
    {
        double scale = Math.Min(1, longestSide / (double)Math.Max(sourceWidth, sourceHeight));
        (_sourceWidth, _sourceHeight) = (sourceWidth, sourceHeight);
        (_width, _height) = (Math.Max(1, (int)Math.Round(sourceWidth * scale)), Math.Max(1, (int)Math.Round(sourceHeight * scale)));
    }

    /// <summary>The picture behind three planes of normalised numbers.</summary>
    public Image Picture(ReadOnlySpan<float> planes, Normalization normalization)
    {
        var image = new Image(_width, _height, 3);
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<float> plane = planes.Slice(channel * _sourceWidth * _sourceHeight, _sourceWidth * _sourceHeight);
            float mean = normalization.MeanOf(channel), deviation = normalization.DeviationOf(channel);
            for (int y = 0; y < _height; y++)
                for (int x = 0; x < _width; x++)
                    image[y, x, channel] = (byte)Math.Round(255 * Math.Clamp(mean + (deviation * MeanOf(plane, x, y)), 0, 1));
        }

        return image;
    }

    /// <summary>Class numbers.</summary>
    public byte[] Labels(ReadOnlySpan<int> classes)
    {
        var labels = new byte[_width * _height];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (byte)classes[SourceOf(i)];
        return labels;
    }

    /// <summary>Planes of 0 and 1, one a layer: 1 where the value is above one half.</summary>
    public byte[] Layers(ReadOnlySpan<float> values, int layers)
    {
        int pixels = _width * _height;
        var small = new byte[layers * pixels];
        for (int i = 0; i < small.Length; i++)
            small[i] = values[(i / pixels * _sourceWidth * _sourceHeight) + SourceOf(i % pixels)] > 0.5f ? (byte)1 : (byte)0;
        return small;
    }

    private int SourceOf(int pixel) => (Center(pixel / _width, _height, _sourceHeight) * _sourceWidth) + Center(pixel % _width, _width, _sourceWidth);

    private float MeanOf(ReadOnlySpan<float> plane, int x, int y)
    {
        (int left, int right) = Range(x, _width, _sourceWidth);
        (int top, int bottom) = Range(y, _height, _sourceHeight);
        float sum = 0;
        for (int row = top; row < bottom; row++)
        {
            foreach (float value in plane.Slice((row * _sourceWidth) + left, right - left))
                sum += value;
        }

        return sum / ((right - left) * (bottom - top));
    }

    private static (int From, int To) Range(int index, int size, int sourceSize) => ((int)((long)index * sourceSize / size), (int)((long)(index + 1) * sourceSize / size));

    private static int Center(int index, int size, int sourceSize) => (int)(((2L * index) + 1) * sourceSize / (2L * size));
}
