using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>
/// The weights that meet <see cref="Stride2Rows"/>: along an axis, of three weights g0 g1 g2 the five g0, g1, g0 + g2, -g2, g1.
/// Their order is <c>[pair of vectors][row kind][channel][column kind][vector of the pair]</c>.
/// </summary>
/// <param name="channels">Channels of the picture.</param>
internal readonly unsafe struct Stride2Weights(int channels)
{
    /// <summary>Floats of a vector.</summary>
    public const int Lanes = 16;

    /// <summary>Vectors of output channels that are computed at once.</summary>
    public const int VectorsAtOnce = 2;

    /// <summary>Floats of the weights that meet one row: column kinds times vectors.</summary>
    public const int RowLength = Stride2Rows.Kinds * VectorsAtOnce * Lanes;

    private const int KindLength = VectorsAtOnce * Lanes;

    /// <summary>Floats of a pair of vectors.</summary>
    public nint PairLength => (nint)Stride2Rows.Kinds * channels * RowLength;

    private nint KindRow => (nint)channels * RowLength;

    /// <summary>Transforms packed weights.</summary>
    /// <param name="layout">Their order: a tap of a channel counts as a tap.</param>
    /// <param name="packed">The packed weights.</param>
    /// <param name="target">Room for <see cref="PairLength"/> floats for each two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(in PackedWeightLayout layout, float* packed, float* target)
    {
        for (int vector = 0; vector < layout.Vectors; vector++)
        {
            int group = vector / layout.GroupVectors, width = layout.VectorsOf(group);
            float* source = packed + layout.GroupStart(group) + (vector % layout.GroupVectors * Lanes);
            nint step = layout.InGroup(width, 1, 0);
            float* to = target + (vector / VectorsAtOnce * PairLength) + (vector % VectorsAtOnce * Lanes);
            for (int channel = 0; channel < channels; channel++, source += 9 * step, to += RowLength)
            {
                for (int column = 0; column < 3; column++)
                {
                    float* weight = source + (column * step);
                    Vector512<float> top = Vector512.Load(weight), middle = Vector512.Load(weight + (3 * step)), bottom = Vector512.Load(weight + (6 * step));
                    Add(column, top + bottom, to);
                    Add(column, -bottom, to + KindRow);
                    Add(column, middle, to + (2 * KindRow));
                    Add(column, top, to + (3 * KindRow));
                    Add(column, middle, to + (4 * KindRow));
                }
            }
        }
    }

    /// <summary>Writes what one of three weights of a row contributes. The first comes before the last, which adds to what is written then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(int column, Vector512<float> weight, float* to)
    {
        switch (column)
        {
            case 0:
                weight.Store(to);
                weight.Store(to + (2 * KindLength));
                break;
            case 1:
                weight.Store(to + KindLength);
                weight.Store(to + (4 * KindLength));
                break;
            default:
                (Vector512.Load(to + (2 * KindLength)) + weight).Store(to + (2 * KindLength));
                (-weight).Store(to + (3 * KindLength));
                break;
        }
    }
}
