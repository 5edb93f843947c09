namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>Channels cut into groups of equal size: group g has channels g * Size up to (g + 1) * Size.</summary>
/// <param name="Count">G, the groups.</param>
/// <param name="Size">C / G, the channels of a group.</param>
public readonly record struct ChannelGroups(int Count, int Size)
{
    /// <summary>The group of a channel.</summary>
    public int Of(int channel) => channel / Size;

    /// <summary>The first channel of a channel's group.</summary>
    public int First(int channel) => channel / Size * Size;
}
