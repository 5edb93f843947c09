using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// Transforms packed weights <c>[group][9][channel][k]</c> to <c>[group][36][channel][k]</c>, or sums back to weight gradients.
/// A ticket is a run of channels of one group.
/// </summary>
internal unsafe struct WinogradWeightsJob : ICpuJob
{
    private const int ChannelsEach = 16;

    /// <summary>Weights or their gradients.</summary>
    public float* Weights;

    /// <summary>Their transform.</summary>
    public float* Products;

    /// <summary>Order of the weights; that of the products differs in the number of taps only.</summary>
    public PackedWeightLayout Layout;

    /// <summary>From products back to weight gradients.</summary>
    public bool Back;

    /// <summary>The number of tickets.</summary>
    public readonly int Tickets => Layout.Groups * ((Layout.Reduced + ChannelsEach - 1) / ChannelsEach);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        int parts = (Layout.Reduced + ChannelsEach - 1) / ChannelsEach;
        int group = ticket / parts;
        int first = ticket % parts * ChannelsEach;
        int width = Layout.VectorsOf(group) * Layout.Lanes;
        nint start = (nint)first * width;
        nint end = (nint)Math.Min(Layout.Reduced, first + ChannelsEach) * width;
        nint step = (nint)Layout.Reduced * width;
        float* weights = Weights + Layout.GroupStart(group);
        float* products = Products + (Layout with { Taps = WinogradTiles.Products }).GroupStart(group);
        if (Back)
            WinogradTransform<WeightGradientLine>.Apply((int)(end - start), products + start, 6 * step, step, weights + start, 3 * step, step);
        else
            WinogradTransform<WeightLine>.Apply((int)(end - start), weights + start, 3 * step, step, products + start, 6 * step, step);
    }
}
