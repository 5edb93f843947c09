using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// One of the five small matrices of Winograd's F(4,3), applied to a line of numbers; each number is a vector of channels.
/// Interpolation points 0, 1, -1, 2, -2 and infinity. Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
/// </summary>
internal unsafe interface IWinogradLine
{
    /// <summary>Numbers that are read.</summary>
    static abstract int Inputs { get; }

    /// <summary>Numbers that are written.</summary>
    static abstract int Outputs { get; }

    /// <summary>Multiplies a line by the matrix.</summary>
    /// <typeparam name="T">The vectors.</typeparam>
    /// <param name="from">The first number.</param>
    /// <param name="step">Floats from one number to the next.</param>
    /// <param name="to">The first result.</param>
    /// <param name="toStep">Floats from one result to the next.</param>
    static abstract void Apply<T>(float* from, nint step, float* to, nint toStep)
        where T : struct, ILanes<T>;
}
