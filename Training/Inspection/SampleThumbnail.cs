using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Training.Inspection;

/// <summary>Draws small pictures of samples with their masks over them, through the very transform that training uses.</summary>
internal sealed class SampleThumbnail
{
    private const int LongestSide = 320;

    private readonly SampleRenderer _renderer = new();

    /// <summary>A sample as it is.</summary>
    public Image Draw(Sample sample, IReadOnlyList<(byte R, byte G, byte B)> colors)
    {
        (int width, int height) = Fit(sample.Image.Width, sample.Image.Height);
        return Draw(sample, new SamplePlan(width, height, 0, 0, (double)sample.Image.Width / width, (double)sample.Image.Height / height), colors);
    }

    /// <summary>A sample as a plan changes it, made small.</summary>
    public Image DrawAugmented(Sample sample, SamplePlan plan, IReadOnlyList<(byte R, byte G, byte B)> colors)
    {
        (int width, int height) = Fit(plan.Width, plan.Height);
        return Draw(sample, plan with { Width = width, Height = height, StepX = plan.StepX * plan.Width / width, StepY = plan.StepY * plan.Height / height }, colors);
    }

    private Image Draw(Sample sample, SamplePlan plan, IReadOnlyList<(byte R, byte G, byte B)> colors)
    {
        int pixels = plan.Width * plan.Height;
        float[] planes = new float[3 * pixels];
        _renderer.RenderImage(sample.Image, plan, Normalization.Unit, planes);
        var image = new Image(plan.Width, plan.Height, 3);
        for (int i = 0; i < planes.Length; i++)
            image.Pixels[(i % pixels * 3) + (i / pixels)] = (byte)Math.Round(planes[i] * 255);
        if (sample.Target is ClassMap map)
        {
            int[] labels = new int[pixels];
            _renderer.RenderClassMap(map, plan, labels);
            return Overlay.BlendForeground(image, new IndexMask(plan.Width, plan.Height, [.. labels.Select(label => (byte)label)]), colors, map.IgnoreIndex);
        }
        var masks = (LayerMasks)sample.Target;
        float[] layers = new float[masks.LayerCount * pixels];
        _renderer.RenderLayers(masks, plan, layers);
        return Overlay.BlendLayers(image, [.. layers.Select(value => (byte)value)], masks.LayerCount, colors);
    }

    private static (int Width, int Height) Fit(int width, int height)
    {
        double scale = Math.Min(1, LongestSide / (double)Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }
}
