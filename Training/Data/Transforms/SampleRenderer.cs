using System.Numerics;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Transforms;

/// <summary>
/// Carries out plans: writes images as normalised planes and truths as numbers. Keeps its working memory from call to call, so one
/// thread uses one renderer.
/// </summary>
public sealed class SampleRenderer
{
    private const int Channels = 3;

    private readonly TriangleAxis _columns = new(), _rows = new();
    private readonly WarpMap _map = new();
    private readonly AppearanceFilter _appearance = new();
    private float[] _line = [];
    private float[] _canvas = [];
    private int[] _sourceColumns = [], _sourceRows = [];

    /// <summary>
    /// Writes an image: antialiased linear interpolation, warp, blur, hue and saturation, then contrast around the mean and brightness, noise, cut off at black
    /// and white, then (value - mean) / deviation. Padding and holes are 0, which is the mean.
    /// </summary>
    /// <param name="image">Three channels.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="normalization">Means and deviations.</param>
    /// <param name="output">3 x Height x Width values: red, green, blue planes.</param>
    /// <exception cref="ArgumentException">The image is not RGB, or the output has another size.</exception>
    public void RenderImage(Image image, SamplePlan plan, Normalization normalization, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(normalization);
        if (image.Channels != Channels)
            throw new ArgumentException($"The image has {image.Channels} channels; 3 are due.", nameof(image));
        CheckLength(output.Length, Channels * plan.Width * plan.Height);
        if (plan.Warp is null && plan.Appearance is null)
            RenderWindow(image, plan, normalization, output);
        else
            RenderChanged(image, plan, normalization, output);
        foreach (SampleHole hole in plan.Holes ?? [])
            AppearanceFilter.Blank(output, plan.Width, plan.Height, hole);
    }

    // The plan's window alone: each output pixel is written once, from the source.
    private void RenderWindow(Image image, SamplePlan plan, Normalization normalization, Span<float> output)
    {
        _columns.Fill(plan.Width, plan.X, plan.StepX, plan.FlipX, image.Width, plan.MirrorPadding);
        _rows.Fill(plan.Height, plan.Y, plan.StepY, plan.FlipY, image.Height, plan.MirrorPadding);
        if (_line.Length < image.Width * Channels)
            _line = new float[image.Width * Channels];
        for (int y = 0; y < plan.Height; y++)
        {
            ReadOnlySpan<float> weights = _rows.Weights(y, out int first);
            Span<float> line = _line.AsSpan(0, image.Width * Channels);
            line.Clear();
            for (int i = 0; i < weights.Length; i++)
                AddScaled(line, image.Pixels.AsSpan((first + i) * line.Length, line.Length), weights[i]);
            for (int channel = 0; channel < Channels; channel++)
            {
                Span<float> target = output.Slice(((channel * plan.Height) + y) * plan.Width, plan.Width);
                if (weights.IsEmpty)
                    target.Clear();
                else
                    WriteLine(target, line[channel..], plan, normalization.MeanOf(channel), normalization.DeviationOf(channel));
            }
        }
    }

    // What needs neighbours or all three channels works on shares of white, and is normalised at the end.
    private void RenderChanged(Image image, SamplePlan plan, Normalization normalization, Span<float> output)
    {
        SamplePlan window = plan with { Contrast = 1, Brightness = 0 };
        _map.Fill(plan, image.Width, image.Height);
        if (plan.Warp is null)
        {
            RenderWindow(image, window, Normalization.Unit, output);
        }
        else
        {
            SamplePlan canvas = _map.Canvas(window);
            int length = Channels * canvas.Width * canvas.Height;
            if (_canvas.Length < length)
                _canvas = new float[length];
            RenderWindow(image, canvas, Normalization.Unit, _canvas.AsSpan(0, length));
            _map.Sample(_canvas, canvas, image.Width, image.Height, output);
        }

        _appearance.Apply(output, plan, normalization, _map.Sources(plan));
    }

    /// <summary>Writes a class map: the nearest pixel's class, the ignore index in the padding.</summary>
    /// <param name="map">The truth.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="output">Height x Width class indices.</param>
    public void RenderClassMap(ClassMap map, SamplePlan plan, Span<int> output)
    {
        ArgumentNullException.ThrowIfNull(map);
        CheckLength(output.Length, plan.Width * plan.Height);
        if (plan.Warp is not null)
        {
            _map.Fill(plan, map.Width, map.Height);
            ReadOnlySpan<int> sources = _map.Sources(plan);
            for (int i = 0; i < output.Length; i++)
                output[i] = sources[i] < 0 ? map.IgnoreIndex : map.Mask.Labels[sources[i]];
            return;
        }

        FillNearest(map, plan);
        for (int y = 0; y < plan.Height; y++)
        {
            Span<int> target = output.Slice(y * plan.Width, plan.Width);
            if (_sourceRows[y] < 0)
            {
                target.Fill(map.IgnoreIndex);
                continue;
            }
            ReadOnlySpan<byte> source = map.Mask.Labels.AsSpan(_sourceRows[y] * map.Width, map.Width);
            for (int x = 0; x < target.Length; x++)
                target[x] = _sourceColumns[x] < 0 ? map.IgnoreIndex : source[_sourceColumns[x]];
        }
    }

    /// <summary>Writes layered masks: the nearest pixel's 0 or 1, and 0 in the padding.</summary>
    /// <param name="masks">The truth.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="output">LayerCount x Height x Width values.</param>
    public void RenderLayers(LayerMasks masks, SamplePlan plan, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(masks);
        CheckLength(output.Length, masks.LayerCount * plan.Width * plan.Height);
        if (plan.Warp is not null)
        {
            _map.Fill(plan, masks.Width, masks.Height);
            ReadOnlySpan<int> sources = _map.Sources(plan);
            for (int i = 0; i < output.Length; i++)
                output[i] = sources[i % sources.Length] < 0 ? 0 : masks.Layer(i / sources.Length)[sources[i % sources.Length]];
            return;
        }

        FillNearest(masks, plan);
        for (int layer = 0; layer < masks.LayerCount; layer++)
        {
            for (int y = 0; y < plan.Height; y++)
            {
                Span<float> target = output.Slice(((layer * plan.Height) + y) * plan.Width, plan.Width);
                target.Clear();
                if (_sourceRows[y] < 0)
                    continue;
                ReadOnlySpan<byte> source = masks.Layer(layer).Slice(_sourceRows[y] * masks.Width, masks.Width);
                for (int x = 0; x < target.Length; x++)
                {
                    if (_sourceColumns[x] >= 0)
                        target[x] = source[_sourceColumns[x]];
                }
            }
        }
    }

    private void WriteLine(Span<float> target, ReadOnlySpan<float> line, SamplePlan plan, float mean, float deviation)
    {
        float factor = plan.Contrast / 255, shift = mean - (mean * plan.Contrast) + plan.Brightness, inverse = 1 / deviation;
        for (int x = 0; x < target.Length; x++)
        {
            ReadOnlySpan<float> weights = _columns.Weights(x, out int first);
            if (weights.IsEmpty)
            {
                target[x] = 0;
                continue;
            }
            float sum = 0;
            for (int i = 0, offset = first * Channels; i < weights.Length; i++, offset += Channels)
                sum += weights[i] * line[offset];
            target[x] = (Math.Clamp((sum * factor) + shift, 0, 1) - mean) * inverse;
        }
    }

    private void FillNearest(SampleTarget target, SamplePlan plan)
    {
        if (_sourceColumns.Length < plan.Width)
            _sourceColumns = new int[plan.Width];
        if (_sourceRows.Length < plan.Height)
            _sourceRows = new int[plan.Height];
        NearestAxis.Fill(_sourceColumns.AsSpan(0, plan.Width), plan.X, plan.StepX, plan.FlipX, target.Width, plan.MirrorPadding);
        NearestAxis.Fill(_sourceRows.AsSpan(0, plan.Height), plan.Y, plan.StepY, plan.FlipY, target.Height, plan.MirrorPadding);
    }

    private static void AddScaled(Span<float> sums, ReadOnlySpan<byte> values, float weight)
    {
        int i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(values[i..]), out Vector<ushort> low, out Vector<ushort> high);
            AddScaled(sums[i..], low, weight);
            AddScaled(sums[(i + Vector<ushort>.Count)..], high, weight);
        }
        for (; i < values.Length; i++)
            sums[i] += weight * values[i];
    }

    private static void AddScaled(Span<float> sums, Vector<ushort> values, float weight)
    {
        Vector.Widen(values, out Vector<uint> low, out Vector<uint> high);
        Span<float> upper = sums[Vector<float>.Count..];
        (new Vector<float>(sums) + (Vector.ConvertToSingle(low) * weight)).CopyTo(sums);
        (new Vector<float>(upper) + (Vector.ConvertToSingle(high) * weight)).CopyTo(upper);
    }

    private static void CheckLength(int length, int wanted)
    {
        if (length != wanted)
            throw new ArgumentException($"The output has {length} values; {wanted} are due.", nameof(length));
    }
}
