namespace SegFromScratch.Training.Data.Transforms;

/// <summary>Changes the colours of an image of 3 planes of shares of white, and normalises it. Keeps its working memory from call to call.</summary>
internal sealed class AppearanceFilter
{
    // Rec. 601 luma, as PIL and TorchVision turn colours into grey.
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;
    private float[] _blurred = [];

    /// <summary>Blur, hue, saturation, contrast and brightness, noise, clamp, (value - mean) / deviation; padding becomes 0.</summary>
    /// <param name="planes">3 x Height x Width shares of white; changed.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="normalization">Means and deviations.</param>
    /// <param name="sources">The source of each pixel; -1 in the padding.</param>
    public void Apply(Span<float> planes, SamplePlan plan, Normalization normalization, ReadOnlySpan<int> sources)
    {
        if (plan.Appearance is { } appearance)
        {
            if (appearance.Blur > 0)
                Blur(planes, plan.Width, plan.Height, appearance.Blur, normalization, sources);
            ChangeColours(planes, sources.Length, appearance);
        }

        Finish(planes, plan, normalization, sources);
    }

    /// <summary>Sets a rectangle to 0, the mean.</summary>
    public static void Blank(Span<float> planes, int width, int height, SampleHole hole)
    {
        int left = Math.Max(0, hole.X), right = Math.Min(width, hole.X + hole.Width);
        int top = Math.Max(0, hole.Y), bottom = Math.Min(height, hole.Y + hole.Height);
        for (int row = 0; left < right && row < 3 * height; row++)
        {
            if (row % height >= top && row % height < bottom)
                planes.Slice((row * width) + left, right - left).Clear();
        }
    }

    private void Blur(Span<float> planes, int width, int height, float deviation, Normalization normalization, ReadOnlySpan<int> sources)
    {
        int reach = (int)MathF.Ceiling(3 * deviation), pixels = width * height;
        float[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(d => MathF.Exp(-(d * d) / (2 * deviation * deviation)))];
        float sum = weights.Sum();
        weights = Array.ConvertAll(weights, weight => weight / sum);
        if (_blurred.Length < pixels)
            _blurred = new float[pixels];
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> plane = planes.Slice(channel * pixels, pixels);

            // Padding must not shine into the picture as black.
            for (int i = 0; i < pixels; i++)
                plane[i] = sources[i] < 0 ? normalization.MeanOf(channel) : plane[i];
            Convolve(plane, _blurred, weights, height, width, 1);
            Convolve(_blurred, plane, weights, width, height, width);
        }
    }

    // Along lines whose pixels are `step` apart; the edge pixel goes on outside.
    private static void Convolve(ReadOnlySpan<float> from, Span<float> to, float[] weights, int lines, int length, int step)
    {
        int reach = weights.Length / 2, lineStep = step == 1 ? length : 1;
        for (int line = 0; line < lines; line++)
        {
            for (int i = 0; i < length; i++)
            {
                float sum = 0;
                for (int k = -reach; k <= reach; k++)
                    sum += weights[k + reach] * from[(line * lineStep) + (Math.Clamp(i + k, 0, length - 1) * step)];
                to[(line * lineStep) + (i * step)] = sum;
            }
        }
    }

    private static void ChangeColours(Span<float> planes, int pixels, SampleAppearance appearance)
    {
        for (int i = 0; i < pixels; i++)
        {
            ref float r = ref planes[i], g = ref planes[pixels + i], b = ref planes[(2 * pixels) + i];
            if (appearance.Hue != 0)
                (r, g, b) = Turn(r, g, b, appearance.Hue);
            float grey = (Red * r) + (Green * g) + (Blue * b);
            r = grey + (appearance.Saturation * (r - grey));
            g = grey + (appearance.Saturation * (g - grey));
            b = grey + (appearance.Saturation * (b - grey));
        }
    }

    /// <summary>Turns the hue of a colour in HSV; value and saturation stay.</summary>
    internal static (float R, float G, float B) Turn(float r, float g, float b, float share)
    {
        float most = Math.Max(r, Math.Max(g, b)), chroma = most - Math.Min(r, Math.Min(g, b));
        if (chroma <= 0)
            return (r, g, b);
        float sixths = most == r ? (g - b) / chroma : most == g ? 2 + ((b - r) / chroma) : 4 + ((r - g) / chroma);
        float turned = sixths + (6 * share);
        return (Channel(5), Channel(3), Channel(1));

        // Travis 1991: the distance of the hue from where the channel is at its most.
        float Channel(int offset)
        {
            float k = (offset + turned) % 6;
            k = k < 0 ? k + 6 : k;
            return most - (chroma * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
    }

    private static void Finish(Span<float> planes, SamplePlan plan, Normalization normalization, ReadOnlySpan<int> sources)
    {
        float deviation = plan.Appearance?.Noise ?? 0;
        SeededRandom random = plan.Appearance?.Random ?? default;
        for (int channel = 0; channel < 3; channel++)
        {
            float mean = normalization.MeanOf(channel), inverse = 1 / normalization.DeviationOf(channel);
            Span<float> plane = planes.Slice(channel * sources.Length, sources.Length);
            for (int i = 0; i < plane.Length; i++)
            {
                float noise = deviation > 0 ? deviation * (float)random.NextNormal() : 0;
                float value = mean + (plan.Contrast * (plane[i] - mean)) + plan.Brightness + noise;
                plane[i] = sources[i] < 0 ? 0 : (Math.Clamp(value, 0, 1) - mean) * inverse;
            }
        }
    }
}
