using System;
using System.Collections.Generic;
using System.Linq;

namespace SegFromScratch.Translator.Writing;

/// <summary>Functions in C whose C# originals lie in .NET or in the engine, where the translator sees no source. Each is written only where it is called.</summary>
internal static class Prelude
{
    // C# gives NaN if either is NaN; fmax and fmin give the other one.
    private static readonly (string Name, string Text)[] s_functions =
    [
        ("MaxFloat", """
            INLINE float MaxFloat(float a, float b)
            {
                return a > b || a != a ? a : b;
            }
            """),
        ("MinFloat", """
            INLINE float MinFloat(float a, float b)
            {
                return a < b || a != a ? a : b;
            }
            """),
        ("ClampFloat", """
            INLINE float ClampFloat(float value, float low, float high)
            {
                return value < low ? low : value > high ? high : value;
            }
            """),
        ("TensorLayout_ChannelBlocks", """
            INLINE int TensorLayout_ChannelBlocks(TensorLayout layout)
            {
                return (layout.Channels + layout.ChannelBlock - 1) / layout.ChannelBlock;
            }
            """),
        ("TensorLayout_Length", """
            INLINE int TensorLayout_Length(TensorLayout layout)
            {
                return layout.Batch * TensorLayout_ChannelBlocks(layout) * layout.Height * layout.Width * layout.ChannelBlock;
            }
            """),
        ("TensorLayout_Offset", """
            INLINE int TensorLayout_Offset(TensorLayout layout, int n, int c, int y, int x)
            {
                int block = n * TensorLayout_ChannelBlocks(layout) + c / layout.ChannelBlock;
                return ((block * layout.Height + y) * layout.Width + x) * layout.ChannelBlock + c % layout.ChannelBlock;
            }
            """),
        ("TensorLayout_Position", """
            INLINE TensorPosition TensorLayout_Position(TensorLayout layout, int offset)
            {
                int pixel = offset / layout.ChannelBlock;
                int row = pixel / layout.Width;
                int plane = row / layout.Height;
                int n = plane / TensorLayout_ChannelBlocks(layout);
                TensorPosition position;
                position.N = n;
                position.C = (plane - n * TensorLayout_ChannelBlocks(layout)) * layout.ChannelBlock + (offset - pixel * layout.ChannelBlock);
                position.Y = row - plane * layout.Height;
                position.X = pixel - row * layout.Width;
                return position;
            }
            """),
    ];

    private static readonly (string Name, string Text)[] s_all = [.. s_functions, .. TensorCorePrelude.Functions];

    /// <summary>True if there is a function of that name.</summary>
    public static bool Has(string name) => s_all.Any(function => function.Name == name);

    /// <summary>The functions with those that they call, each after what it calls.</summary>
    public static IEnumerable<string> InOrder(ISet<string> used) =>
        s_all.Select(function => function.Name).Where(name => used.Contains(name) || name == "TensorLayout_ChannelBlocks" && used.Any(other => other.StartsWith("TensorLayout_", StringComparison.Ordinal)));

    /// <summary>The text, with INLINE for what each target writes before a helper. Some of a kernel that a target has no form of may be the other's alone.</summary>
    public static string Text(string name) => s_all.Single(function => function.Name == name).Text;
}
