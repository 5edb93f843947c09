using System.Globalization;
using SegFromScratch.Training.Inspection;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Shows an inspection in the terminal.</summary>
internal static class InspectionTables
{
    private const int FaultsShown = 10;

    /// <summary>Writes tables of the parts and their classes, the baselines, and what is broken.</summary>
    public static void Write(DataInspection inspection)
    {
        AnsiConsole.MarkupLine(Markup.Escape(inspection.Layout));
        Table parts = new Table().RoundedBorder().AddColumns("part", "images", "sizes", "show nothing", "broken", "mean of red, green, blue", "deviation");
        foreach (PartInspection part in inspection.Parts)
        {
            parts.AddRow(
                Markup.Escape(part.Name), Number(part.Images), InspectionText.Sizes(part), InspectionText.Empty(part), Number(part.Broken.Count),
                InspectionText.Channels(part.ChannelMeans), InspectionText.Channels(part.ChannelDeviations));
        }

        AnsiConsole.Write(parts);
        foreach (PartInspection part in inspection.Parts)
            Write(part);
        WriteFaults("broken", [.. inspection.Parts.SelectMany(part => part.Broken)]);
        WriteFaults("without counterpart", inspection.Unpaired);
    }

    private static void Write(PartInspection part)
    {
        Table classes = new Table().RoundedBorder().AddColumns("class", "images", "of images", "pixels", "of pixels");
        foreach (ClassInspection each in part.Classes)
            classes.AddRow(Markup.Escape(each.Name), Number(each.Images), Share(each.ImageShare), Number(each.Pixels), Share(each.PixelShare));
        if (part.VoidPixels > 0)
            classes.AddRow("void", "", "", Number(part.VoidPixels), Share(part.VoidPixels / (double)part.Pixels));
        AnsiConsole.MarkupLine($"[bold]{Markup.Escape(part.Name)}[/]");
        AnsiConsole.Write(classes);
        string byCount = string.Join(", ", part.ImagesByClassCount.Select((images, count) => (images, count)).Where(each => each.images > 0).Select(each => $"{each.count}: {each.images}"));
        AnsiConsole.MarkupLine($"images by number of classes: {byCount}");
        foreach (Baseline baseline in part.Baselines)
            AnsiConsole.MarkupLine(Markup.Escape(InspectionText.Of(baseline)));
    }

    private static void WriteFaults(string what, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        AnsiConsole.MarkupLine($"[yellow]{lines.Count} files {what}[/]");
        foreach (string line in lines.Take(FaultsShown))
            AnsiConsole.MarkupLine(Markup.Escape($"  {line}"));
        if (lines.Count > FaultsShown)
            AnsiConsole.MarkupLine($"  and {lines.Count - FaultsShown} more; --json lists all");
    }

    private static string Number(long value) => value.ToString("n0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("p2", CultureInfo.InvariantCulture);
}
