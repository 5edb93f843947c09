using System.Text;

namespace SegFromScratch.Translator.MicroKernels;

/// <summary>
/// The kernel of forward passes and input gradients: a row is a pixel, its numbers lie side by side, the weights of one
/// channel are vectors. Sums run over a list of segments: pieces of a pixel's channels, one a tap and channel block.
/// </summary>
internal static class ProductText
{
    public static void Write(StringBuilder text, TileText tile)
    {
        string lanes = tile.Lanes.ToString();
        text.AppendLine($"    [MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        text.AppendLine($"    private static void Product{tile.Size}(ProductArguments* arguments, float* source, float* destination)");
        text.AppendLine("    {");
        text.AppendLine("        nint pixel = arguments->DestinationPixel, vector = arguments->DestinationVector, step = arguments->SourcePixel;");
        tile.ForEachSum("        ", (row, vector) => $"{tile.Vector}<float> {TileText.Sum(row, vector)};");
        text.AppendLine("        if (arguments->Accumulate)");
        text.AppendLine("        {");
        tile.ForEachSum("            ", (row, vector) => $"{TileText.Sum(row, vector)} = {tile.Vector}.Load({TileText.Address("destination", row, "pixel", vector, "vector")});");
        text.AppendLine("        }");
        text.AppendLine("        else");
        text.AppendLine("        {");
        text.AppendLine("            float* initial = arguments->Initial;");
        tile.ForEachSum("            ", (row, vector) => row == 0
            ? $"{TileText.Sum(row, vector)} = initial == null ? {tile.Vector}<float>.Zero : {tile.Vector}.Load(initial{TileText.Plus(TileText.Times(vector, lanes))});"
            : $"{TileText.Sum(row, vector)} = {TileText.Sum(0, vector)};");
        text.AppendLine("        }");
        text.AppendLine();
        text.AppendLine("        nint* segment = arguments->Segments;");
        text.AppendLine("        for (nint count = arguments->SegmentCount; count > 0; count--, segment += 2)");
        text.AppendLine("        {");
        text.AppendLine("            float* value = source + segment[0];");
        text.AppendLine("            float* weight = arguments->Weights + segment[1];");
        text.AppendLine("            for (nint channel = arguments->SegmentLength; channel > 0; channel--)");
        text.AppendLine("            {");
        tile.MultiplyAdd("                ", "weight", lanes, row => row == 0 ? "*value" : $"value[{TileText.Times(row, "step")}]");
        text.AppendLine("                value++;");
        text.AppendLine($"                weight += {tile.Lanes * tile.Vectors};");
        text.AppendLine("            }");
        text.AppendLine("        }");
        text.AppendLine();
        // One instruction instead of four. It gives its second operand where one is not a number, so that such sums stay visible.
        text.AppendLine($"        {tile.Vector}<float> floor = {tile.Vector}.Create(arguments->Floor);");
        tile.ForEachSum("        ", (row, vector) => $"{tile.Vector}.MaxNative(floor, {TileText.Sum(row, vector)}).Store({TileText.Address("destination", row, "pixel", vector, "vector")});");

        // What follows in the row is usually written next, and a store waits for its line.
        tile.ForEachSum("        ", (row, vector) => $"Prefetch.Line({TileText.Address("destination", row + tile.Rows, "pixel", vector, "vector")});");
        text.AppendLine("    }");
        text.AppendLine();
    }
}
