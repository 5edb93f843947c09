using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.FocalLoss.Cpu;

/// <summary>The gradient of the logits of a class map, eight classes of a pixel at a time: factor * slope * ([k = t] - softmax(x)_k).</summary>
internal unsafe struct ClassGradientJob : ICpuJob
{
    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>The class of each pixel, n, y, x in order.</summary>
    public int* Target;

    /// <summary>What the forward pass wrote.</summary>
    public float* LogSumExponentials;

    /// <summary>What the forward pass wrote; 0 where a pixel does not count.</summary>
    public float* Slopes;

    /// <summary>Loss gradient times what the sum of losses was multiplied by.</summary>
    public float Factor;

    /// <summary>Written.</summary>
    public float* Gradient;

    /// <summary>How the tensor is cut.</summary>
    public LaneTickets Tickets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        LaneTickets.Place place = Tickets.Find(ticket);
        nint pixel = ((nint)place.Image * Logits.Height * Logits.Width) + place.First;
        float* logits = Logits.Data + place.Offset;
        float* gradient = Gradient + place.Offset;
        for (int i = 0; i < place.Length; i++, logits += Logits.Block, gradient += Logits.Block)
        {
            Vector256<float> probability = VectorExponential.OfNonPositive(Vector256.Load(logits) - Vector256.Create(LogSumExponentials[pixel + i]));
            Vector256<float> own = Vector256.Equals(Vector256<int>.Indices, Vector256.Create(Target[pixel + i] - place.Channel)).AsSingle() & Vector256<float>.One;
            (((own - probability) * (Factor * Slopes[pixel + i])) & place.Filled).Store(gradient);
        }
    }
}
