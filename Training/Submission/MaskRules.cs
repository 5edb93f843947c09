using SegFromScratch.Training.Data;
using SegFromScratch.Training.Metrics;

namespace SegFromScratch.Training.Submission;

/// <summary>From probabilities to masks, class by class: what is above the threshold is inside, and a mask with fewer pixels than the least area is emptied.</summary>
/// <param name="Thresholds">One a class, 0 to 1.</param>
/// <param name="MinimumAreas">One a class, in pixels of the image as it is in its file; 0 keeps every mask.</param>
public sealed record MaskRules(IReadOnlyList<double> Thresholds, IReadOnlyList<long> MinimumAreas)
{
    /// <summary>One half, and no least area.</summary>
    public static MaskRules Standard(int classes) => new([.. Enumerable.Repeat(0.5, classes)], [.. Enumerable.Repeat(0L, classes)]);

    /// <summary>What a search on validation found, for pictures of one size.</summary>
    /// <param name="found">Thresholds, and least areas as shares of a picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    public static MaskRules Of(DecisionThresholds found, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(found);
        return new MaskRules([.. found.Classes.Select(each => each.Threshold)], [.. found.Classes.Select(each => (long)Math.Ceiling(each.MinimumShare * width * height))]);
    }

    /// <summary>Decides.</summary>
    /// <param name="probabilities">Classes x Height x Width.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public LayerMasks Decide(ReadOnlySpan<float> probabilities, int width, int height)
    {
        var masks = new LayerMasks(width, height, Thresholds.Count, new byte[Thresholds.Count * width * height]);
        for (int index = 0; index < Thresholds.Count; index++)
        {
            ReadOnlySpan<float> plane = probabilities.Slice(index * width * height, width * height);
            Span<byte> mask = masks.Layer(index);
            float threshold = (float)Thresholds[index];
            long area = 0;
            for (int pixel = 0; pixel < plane.Length; pixel++)
            {
                mask[pixel] = plane[pixel] > threshold ? (byte)1 : (byte)0;
                area += mask[pixel];
            }

            if (area < MinimumAreas[index])
                mask.Clear();
        }

        return masks;
    }
}
