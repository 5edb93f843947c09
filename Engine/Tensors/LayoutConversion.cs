using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Engine.Tensors;

/// <summary>Between N,C,H,W order, which files and people use, and a layout in memory. Done at the edges only.</summary>
public static class LayoutConversion
{
    /// <summary>Lays N,C,H,W values out; padded channels become zeros.</summary>
    public static void ToMemory(TensorLayout layout, ReadOnlySpan<float> values, Span<float> memory)
    {
        memory[..layout.Length].Clear();
        int pixels = layout.Height * layout.Width;
        for (int plane = 0; plane < layout.Batch * layout.Channels; plane++)
        {
            ReadOnlySpan<float> from = values.Slice(plane * pixels, pixels);
            Span<float> to = memory[layout.Offset(plane / layout.Channels, plane % layout.Channels, 0, 0)..];
            for (int pixel = 0, at = 0; pixel < from.Length; pixel++, at += layout.ChannelBlock)
                to[at] = from[pixel];
        }
    }

    /// <summary>Puts the elements of a layout into N,C,H,W order; padding is left out.</summary>
    public static void FromMemory(TensorLayout layout, ReadOnlySpan<float> memory, Span<float> values)
    {
        int pixels = layout.Height * layout.Width;
        for (int plane = 0; plane < layout.Batch * layout.Channels; plane++)
        {
            Span<float> to = values.Slice(plane * pixels, pixels);
            ReadOnlySpan<float> from = memory[layout.Offset(plane / layout.Channels, plane % layout.Channels, 0, 0)..];
            for (int pixel = 0, at = 0; pixel < to.Length; pixel++, at += layout.ChannelBlock)
                to[pixel] = from[at];
        }
    }
}
