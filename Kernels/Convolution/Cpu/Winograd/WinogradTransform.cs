using System.Runtime.CompilerServices;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>Applies a line transform to the columns of a small square, then to its rows.</summary>
/// <typeparam name="TLine">The matrix.</typeparam>
internal static unsafe class WinogradTransform<TLine>
    where TLine : struct, IWinogradLine
{
    private const int Lanes = 8;

    /// <summary>target = matrix * source * matrix^T for eight channels.</summary>
    /// <param name="source">The first number.</param>
    /// <param name="row">Floats from one row of the source to the next.</param>
    /// <param name="column">Floats from one column of the source to the next.</param>
    /// <param name="target">The first result.</param>
    /// <param name="targetRow">Floats from one row of the result to the next.</param>
    /// <param name="targetColumn">Floats from one column of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* source, nint row, nint column, float* target, nint targetRow, nint targetColumn)
    {
        float* between = stackalloc float[36 * Lanes];
        for (int j = 0; j < TLine.Inputs; j++)
            TLine.Apply(source + (j * column), row, between + (j * Lanes), TLine.Inputs * Lanes);
        for (int i = 0; i < TLine.Outputs; i++)
            TLine.Apply(between + (i * TLine.Inputs * Lanes), Lanes, target + (i * targetRow), targetColumn);
    }
}
