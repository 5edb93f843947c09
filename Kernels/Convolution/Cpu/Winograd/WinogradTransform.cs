using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>Applies a line transform to the columns of a small square, then to its rows.</summary>
/// <typeparam name="TLine">The matrix.</typeparam>
internal static unsafe class WinogradTransform<TLine>
    where TLine : struct, IWinogradLine
{
    /// <summary>Floats in the widest vector; a line of the cache.</summary>
    private const int Widest = 16;

    /// <summary>target = matrix * source * matrix^T for each of some channels that lie side by side.</summary>
    /// <param name="channels">8 or a multiple of it.</param>
    /// <param name="source">The first number.</param>
    /// <param name="row">Floats from one row of the source to the next.</param>
    /// <param name="column">Floats from one column of the source to the next.</param>
    /// <param name="target">The first result.</param>
    /// <param name="targetRow">Floats from one row of the result to the next.</param>
    /// <param name="targetColumn">Floats from one column of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(int channels, float* source, nint row, nint column, float* target, nint targetRow, nint targetColumn)
    {
        if (Vector512.IsHardwareAccelerated && channels % Widest == 0)
        {
            for (int channel = 0; channel < channels; channel += Lanes16.Count)
                Apply<Lanes16>(source + channel, row, column, target + channel, targetRow, targetColumn);
        }
        else
        {
            for (int channel = 0; channel < channels; channel += Lanes8.Count)
                Apply<Lanes8>(source + channel, row, column, target + channel, targetRow, targetColumn);
        }
    }

    // Clearing the square in between first would take as long as a third of the transform; every number of it is written before it is read.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<T>(float* source, nint row, nint column, float* target, nint targetRow, nint targetColumn)
        where T : struct, ILanes<T>
    {
        float* memory = stackalloc float[(36 * T.Count) + Widest];
        float* between = (float*)(((nint)memory + (Widest * sizeof(float)) - 1) & -(Widest * sizeof(float)));
        for (int j = 0; j < TLine.Inputs; j++)
            TLine.Apply<T>(source + (j * column), row, between + (j * T.Count), TLine.Inputs * T.Count);
        for (int i = 0; i < TLine.Outputs; i++)
            TLine.Apply<T>(between + (i * TLine.Inputs * T.Count), T.Count, target + (i * targetRow), targetColumn);
    }
}
