using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.LogOdds.Cpu;

/// <summary>The log-odds of some pixels.</summary>
internal unsafe struct LogOddsJob : ICpuJob
{
    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>Written, in the layout of the logits.</summary>
    public float* Result;

    /// <summary>How the pixels are cut; the planes are images.</summary>
    public PlaneTickets Tickets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        (int image, int first, int length) = Tickets.Find(ticket);
        nint offset = (image * Logits.Image) + ((nint)first * Logits.Block);
        float* x = Logits.Data + offset, y = Result + offset;
        var classes = new ClassVectors(Logits);
        for (int i = 0; i < length; i++, x += Logits.Block, y += Logits.Block)
        {
            var odds = new PixelOdds(classes, x);
            for (int vector = 0; vector < classes.Count; vector++)
            {
                Vector256<float> largest = odds.Largest(vector);
                Vector256<float> shifted = classes.Load(x, vector, float.NegativeInfinity) - odds.First;
                Vector256<float> others = Vector256.ConditionalSelect(largest, odds.Rest, odds.All - VectorExponential.OfNonPositive(shifted));
                Vector256<float> own = Vector256.ConditionalSelect(largest, odds.First - odds.Second, shifted);
                ((own - Vector256.Log(others)) & classes.Filled(vector)).Store(y + classes.Place(8 * vector));
            }

            classes.ClearPadding(y);
        }
    }
}
