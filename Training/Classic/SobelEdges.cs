namespace SegFromScratch.Training.Classic;

/// <summary>
/// How fast and in which direction brightness changes, by I. Sobel's and G. Feldman's two 3x3 masks (Stanford Artificial Intelligence Project, 1968;
/// in R. Duda and P. Hart, "Pattern Classification and Scene Analysis", 1973, pages 271 and 272). The border is repeated outward.
/// </summary>
public static class SobelEdges
{
    /// <summary>The change to the right, [-1 0 1; -2 0 2; -1 0 1], and downward, its transpose: eight times the slope of an even ramp.</summary>
    /// <returns>Height x Width numbers each.</returns>
    public static (float[] Right, float[] Down) Gradient(GrayImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        float[] right = new float[image.Values.Length], down = new float[image.Values.Length];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int place = (y * image.Width) + x;
                float falling = image[y + 1, x + 1] - image[y - 1, x - 1], rising = image[y - 1, x + 1] - image[y + 1, x - 1];
                right[place] = falling + rising + (2 * (image[y, x + 1] - image[y, x - 1]));
                down[place] = falling - rising + (2 * (image[y + 1, x] - image[y - 1, x]));
            }
        }

        return (right, down);
    }

    /// <summary>The length of the gradient, as a share of the greatest in the picture, from 0 to 255. Black where nothing changes.</summary>
    public static GrayImage Apply(GrayImage image)
    {
        (float[] right, float[] down) = Gradient(image);
        float[] length = [.. right.Zip(down, (r, d) => MathF.Sqrt((r * r) + (d * d)))];
        float greatest = length.Max();
        return image with { Values = greatest == 0 ? length : Array.ConvertAll(length, value => 255 * value / greatest) };
    }
}
