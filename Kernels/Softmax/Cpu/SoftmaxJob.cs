using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Softmax.Cpu;

/// <summary>The softmax of some pixels, or its logarithm.</summary>
internal unsafe struct SoftmaxJob : ICpuJob
{
    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>Written, in the layout of the logits.</summary>
    public float* Result;

    /// <summary>Whether the logarithm is wanted.</summary>
    public bool IsLogarithm;

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
            if (IsLogarithm)
                Logarithms(classes, x, y);
            else
                Probabilities(classes, x, y);
            classes.ClearPadding(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Probabilities(ClassVectors classes, float* x, float* y)
    {
        Vector256<float> shift = Vector256.Create(classes.Largest(x)), sums = default;
        for (int vector = 0; vector < classes.Count; vector++)
        {
            Vector256<float> exponential = VectorExponential.OfNonPositive(classes.Load(x, vector, float.NegativeInfinity) - shift);
            sums += exponential;
            exponential.Store(y + classes.Place(8 * vector));
        }

        Vector256<float> sum = Vector256.Create(Vector256.Sum(sums));
        for (int vector = 0; vector < classes.Count; vector++)
            (Vector256.Load(y + classes.Place(8 * vector)) / sum).Store(y + classes.Place(8 * vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Logarithms(ClassVectors classes, float* x, float* y)
    {
        (float largest, float sum) = classes.Exponentials(x);
        Vector256<float> shift = Vector256.Create(largest), logSum = Vector256.Create(MathF.Log(sum));
        for (int vector = 0; vector < classes.Count; vector++)
            ((Vector256.Load(x + classes.Place(8 * vector)) - shift - logSum) & classes.Filled(vector)).Store(y + classes.Place(8 * vector));
    }
}
