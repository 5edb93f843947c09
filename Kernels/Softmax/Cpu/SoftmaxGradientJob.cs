using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Softmax.Cpu;

/// <summary>The gradient of the logits of some pixels: y (g - sum of g y) for the softmax y, g - exp(y) * sum of g for its logarithm y.</summary>
internal unsafe struct SoftmaxGradientJob : ICpuJob
{
    /// <summary>y.</summary>
    public ChannelPlanes Output;

    /// <summary>g, in the layout of y.</summary>
    public float* OutputGradient;

    /// <summary>Written, in the layout of y.</summary>
    public float* Result;

    /// <summary>Whether y is the logarithm.</summary>
    public bool IsLogarithm;

    /// <summary>How the pixels are cut; the planes are images.</summary>
    public PlaneTickets Tickets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        (int image, int first, int length) = Tickets.Find(ticket);
        nint offset = (image * Output.Image) + ((nint)first * Output.Block);
        float* y = Output.Data + offset, g = OutputGradient + offset, result = Result + offset;
        var classes = new ClassVectors(Output);
        for (int i = 0; i < length; i++, y += Output.Block, g += Output.Block, result += Output.Block)
        {
            Vector256<float> sums = default;
            for (int vector = 0; vector < classes.Count; vector++)
            {
                Vector256<float> gradient = classes.Load(g, vector, 0f);
                sums += IsLogarithm ? gradient : gradient * Vector256.Load(y + classes.Place(8 * vector));
            }

            Vector256<float> sum = Vector256.Create(Vector256.Sum(sums));
            for (int vector = 0; vector < classes.Count; vector++)
            {
                nint place = classes.Place(8 * vector);
                Vector256<float> gradient = Vector256.Load(g + place), value = Vector256.Load(y + place);
                Vector256<float> own = IsLogarithm ? gradient - (VectorExponential.OfNonPositive(value) * sum) : value * (gradient - sum);
                (own & classes.Filled(vector)).Store(result + place);
            }

            classes.ClearPadding(result);
        }
    }
}
