using System.Text;

namespace SegFromScratch.Translator.MicroKernels;

/// <summary>
/// The kernel of weight gradients: a row is an input channel, vectors are output gradients, sums run over the pixels of a rectangle
/// and are added to what the destination holds.
/// </summary>
internal static class OuterProductText
{
    public static void Write(StringBuilder text, TileText tile)
    {
        string rowStep = (tile.Lanes * tile.Vectors).ToString();
        string lanes = tile.Lanes.ToString();
        text.AppendLine($"    [MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        text.AppendLine($"    private static void OuterProduct{tile.Size}(OuterProductArguments* arguments, float* source, float* gradient, float* destination)");
        text.AppendLine("    {");
        text.AppendLine("        nint sourcePixel = arguments->SourcePixel, gradientPixel = arguments->GradientPixel, gradientVector = arguments->GradientVector;");
        tile.ForEachSum("        ", (row, vector) =>
            $"{tile.Vector}<float> {TileText.Sum(row, vector)} = {tile.Vector}.Load({TileText.Address("destination", row, rowStep, vector, lanes)});");
        text.AppendLine("        for (nint y = arguments->Rows; y > 0; y--)");
        text.AppendLine("        {");
        text.AppendLine("            float* value = source;");
        text.AppendLine("            float* output = gradient;");
        text.AppendLine("            for (nint x = arguments->Columns; x > 0; x--)");
        text.AppendLine("            {");
        tile.MultiplyAdd("                ", "output", "gradientVector", row => $"value[{row}]");
        text.AppendLine("                value += sourcePixel;");
        text.AppendLine("                output += gradientPixel;");
        text.AppendLine("            }");
        text.AppendLine();
        text.AppendLine("            source += arguments->SourceRow;");
        text.AppendLine("            gradient += arguments->GradientRow;");
        text.AppendLine("        }");
        text.AppendLine();
        tile.ForEachSum("        ", (row, vector) => $"{TileText.Sum(row, vector)}.Store({TileText.Address("destination", row, rowStep, vector, lanes)});");
        text.AppendLine("    }");
        text.AppendLine();
    }
}
