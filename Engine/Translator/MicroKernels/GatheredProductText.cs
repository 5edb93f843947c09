using System.Text;

namespace SegFromScratch.Translator.MicroKernels;

/// <summary>
/// The kernel of weight gradients for images of few channels: as <see cref="OuterProductText"/> with one vector of output gradients,
/// but the numbers of a pixel lie anywhere. A row is a tap of a channel, found by an offset from a list.
/// </summary>
internal static class GatheredProductText
{
    // The processor does not fetch ahead across a page. Measured: 16 to 64 lines ahead are alike, 8 are too few.
    private const int LinesAhead = 32;

    public static void Write(StringBuilder text, TileText tile)
    {
        string lanes = tile.Lanes.ToString();
        text.AppendLine($"    [MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        text.AppendLine($"    private static void GatheredProduct{tile.Size}(OuterProductArguments* arguments, float* source, float* gradient, float* destination)");
        text.AppendLine("    {");
        text.AppendLine("        nint sourcePixel = arguments->SourcePixel, gradientPixel = arguments->GradientPixel;");
        text.AppendLine("        nint* offsets = arguments->Offsets;");
        tile.ForEachSum("        ", (row, vector) =>
            $"{tile.Vector}<float> {TileText.Sum(row, vector)} = {tile.Vector}.Load({TileText.Address("destination", row, lanes, vector, lanes)});");
        text.AppendLine("        for (nint y = arguments->Rows; y > 0; y--)");
        text.AppendLine("        {");
        text.AppendLine("            float* value = source;");
        text.AppendLine("            float* output = gradient;");
        text.AppendLine("            for (nint x = arguments->Columns; x > 0; x--)");
        text.AppendLine("            {");
        text.AppendLine($"                Prefetch.Line(output + {LinesAhead * 16});");
        tile.MultiplyAdd("                ", "output", lanes, row => $"value[offsets[{row}]]");
        text.AppendLine("                value += sourcePixel;");
        text.AppendLine("                output += gradientPixel;");
        text.AppendLine("            }");
        text.AppendLine();
        text.AppendLine("            source += arguments->SourceRow;");
        text.AppendLine("            gradient += arguments->GradientRow;");
        text.AppendLine("        }");
        text.AppendLine();
        tile.ForEachSum("        ", (row, vector) => $"{TileText.Sum(row, vector)}.Store({TileText.Address("destination", row, lanes, vector, lanes)});");
        text.AppendLine("    }");
        text.AppendLine();
    }
}
