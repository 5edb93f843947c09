using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Logits, targets and pixel weights of a few pixels side by side in the first-level cache, for losses that treat every channel alike.
/// Where there are four channels or fewer, two pixels share a vector: masks of few classes, in planes of their own, are what most data sets have.
/// </summary>
/// <param name="logits">The logits, of channel block 8 or 16.</param>
/// <param name="target">What they are compared with, in any layout.</param>
/// <param name="pixelWeights">A weight a pixel, in n, y, x order, or null for ones.</param>
internal readonly unsafe struct TargetRuns(ChannelPlanes logits, ChannelPlanes target, float* pixelWeights)
{
    /// <summary>The most pixels that are laid side by side.</summary>
    public const int Pixels = 128;

    /// <summary>Floats that an array of each needs room for.</summary>
    public const int Floats = Pixels * 8;

    private readonly LanePixels _target = new(target);

    /// <summary>Lanes of a pixel: 4 or 8.</summary>
    public int Lanes => logits.Channels <= 4 ? 4 : 8;

    /// <summary>All bits set in lanes that are channels, not padding.</summary>
    public Vector256<float> Filled(in LaneTickets.Place place) => Lanes == 8 ? place.Filled : Vector256.Create(place.Filled.GetLower(), place.Filled.GetLower());

    /// <summary>Copies a run. What pads the last vector is not defined.</summary>
    /// <param name="place">The ticket's place.</param>
    /// <param name="first">The first pixel, counted from the ticket's.</param>
    /// <param name="x">Written: logits.</param>
    /// <param name="t">Written: targets.</param>
    /// <param name="v">Written: weights, repeated for the lanes of a pixel.</param>
    /// <returns>The number of floats to compute with.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Gather(in LaneTickets.Place place, int first, float* x, float* t, float* v)
    {
        int count = Math.Min(Pixels, place.Length - first);
        int lanes = Lanes;
        float* source = logits.Data + place.Offset + ((nint)first * logits.Block);
        if (lanes == 8)
        {
            for (int i = 0; i < count; i++, source += logits.Block)
            {
                Vector256.Load(source).Store(x + (8 * i));
                _target.Load(place.Image, place.Channel, place.First + first + i).Store(t + (8 * i));
            }
        }
        else
        {
            for (int i = 0; i < count; i++, source += logits.Block)
                Vector128.Load(source).Store(x + (4 * i));
            GatherFewTargets(place, first, count, t);
        }

        if (pixelWeights == null)
            new Span<float>(v, count * lanes).Fill(1f);
        else
            GatherWeights(pixelWeights + ((nint)place.Image * logits.Height * logits.Width) + place.First + first, count, v);
        return count * lanes;
    }

    /// <summary>Writes the results of a run where its logits lie in a tensor of the same layout; zeros in padded channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter(in LaneTickets.Place place, int first, float* results, float* tensor)
    {
        int count = Math.Min(Pixels, place.Length - first);
        float* to = tensor + place.Offset + ((nint)first * logits.Block);
        if (Lanes == 8)
        {
            for (int i = 0; i < count; i++, to += logits.Block)
                (Vector256.Load(results + (8 * i)) & place.Filled).Store(to);
            return;
        }

        Vector128<float> filled = place.Filled.GetLower();
        for (int i = 0; i < count; i++, to += logits.Block)
            Vector256.Create(Vector128.Load(results + (4 * i)) & filled, Vector128<float>.Zero).Store(to);
    }

    private void GatherWeights(float* weights, int count, float* v)
    {
        int lanes = Lanes;
        for (int i = 0; i < count; i++)
            new Span<float>(v + (i * lanes), lanes).Fill(weights[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherFewTargets(in LaneTickets.Place place, int first, int count, float* t)
    {
        new Span<float>(t, 4 * count).Clear();
        for (int c = place.Channel; c < target.Channels; c++)
        {
            float* plane = target.Data + (place.Image * target.Image) + (c / target.Block * target.Plane) + ((nint)(place.First + first) * target.Block) + (c % target.Block);
            for (int i = 0; i < count; i++)
                t[(4 * i) + c] = plane[(nint)i * target.Block];
        }
    }
}
