using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.LogOdds.Cpu;

/// <summary>The gradient of the logits of some pixels.</summary>
internal unsafe struct LogOddsGradientJob : ICpuJob
{
    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>The output's gradient, in the layout of the logits.</summary>
    public float* OutputGradient;

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
        float* x = Logits.Data + offset, g = OutputGradient + offset, result = Result + offset;
        var classes = new ClassVectors(Logits);
        for (int i = 0; i < length; i++, x += Logits.Block, g += Logits.Block, result += Logits.Block)
        {
            var odds = new PixelOdds(classes, x);
            Vector256<float> quotients = default, ofLargest = default;
            for (int vector = 0; vector < classes.Count; vector++)
            {
                Vector256<float> gradient = classes.Load(g, vector, 0f);
                quotients += Vector256.AndNot(gradient / Others(odds, classes, x, vector), odds.Largest(vector));
                ofLargest += gradient & odds.Largest(vector);
            }

            Vector256<float> quotient = Vector256.Create(Vector256.Sum(quotients)), share = Vector256.Create(Vector256.Sum(ofLargest)) / odds.Rest;
            for (int vector = 0; vector < classes.Count; vector++)
            {
                nint place = classes.Place(8 * vector);
                Vector256<float> gradient = Vector256.Load(g + place), logits = classes.Load(x, vector, float.NegativeInfinity);
                Vector256<float> exponential = VectorExponential.OfNonPositive(logits - odds.First);
                Vector256<float> others = exponential * (quotient - (gradient / (odds.All - exponential)));
                Vector256<float> usual = gradient - others - (share * VectorExponential.OfNonPositive(logits - odds.Second));
                Vector256<float> own = Vector256.ConditionalSelect(odds.Largest(vector), gradient - quotient, usual);
                (own & classes.Filled(vector)).Store(result + place);
            }

            classes.ClearPadding(result);
        }
    }

    // The sum of the other classes' exponentials; of no use in the lane of the largest class.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Others(PixelOdds odds, ClassVectors classes, float* x, int vector) =>
        odds.All - VectorExponential.OfNonPositive(classes.Load(x, vector, float.NegativeInfinity) - odds.First);
}
