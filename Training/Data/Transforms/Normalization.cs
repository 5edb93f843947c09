namespace SegFromScratch.Training.Data.Transforms;

/// <summary>
/// Turns bytes into the numbers a network likes: (value / 255 - mean) / deviation, channel by channel. Red, green, blue.
/// </summary>
/// <param name="Mean">Three means, as shares of white.</param>
/// <param name="Deviation">Three standard deviations, as shares of white; not 0.</param>
public sealed record Normalization((float R, float G, float B) Mean, (float R, float G, float B) Deviation)
{
    /// <summary>The statistics of ImageNet, which pretrained encoders expect.</summary>
    public static Normalization ImageNet { get; } = new((0.485f, 0.456f, 0.406f), (0.229f, 0.224f, 0.225f));

    /// <summary>0 .. 255 becomes -1 .. 1.</summary>
    public static Normalization Centered { get; } = new((0.5f, 0.5f, 0.5f), (0.5f, 0.5f, 0.5f));

    /// <summary>0 .. 255 becomes 0 .. 1.</summary>
    public static Normalization Unit { get; } = new((0, 0, 0), (1, 1, 1));

    /// <summary>0 .. 255 stays as it is: what some published code feeds its network, by mistake or not.</summary>
    public static Normalization Bytes { get; } = new((0, 0, 0), (1 / 255f, 1 / 255f, 1 / 255f));

    internal float MeanOf(int channel) => Pick(Mean, channel);

    internal float DeviationOf(int channel) => Pick(Deviation, channel);

    private static float Pick((float R, float G, float B) values, int channel) => channel switch
    {
        0 => values.R,
        1 => values.G,
        _ => values.B,
    };
}
