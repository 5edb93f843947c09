using System.Globalization;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Reports;
using SegFromScratch.Training.Reports.Svg;

namespace SegFromScratch.Training.Inspection;

/// <summary>Shows an inspection as a page of charts and pictures.</summary>
public static class InspectionPage
{
    private const string Neutral = "#4f81bd", Plain = "#9aa5b1", Striking = "#d9822b";

    /// <summary>Makes the page.</summary>
    /// <param name="inspection">What was counted.</param>
    /// <param name="parts">The data, for the gallery.</param>
    /// <param name="augmentation">The random changes to show beside each picture of the training part; null: none.</param>
    /// <param name="variants">How many changed pictures stand beside each original.</param>
    public static HtmlPage Create(DataInspection inspection, DataSetParts parts, SampleTransform? augmentation = null, int variants = 3)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        ArgumentNullException.ThrowIfNull(parts);
        var page = new HtmlPage($"Data set {System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(inspection.Path))}");
        page.Paragraph(inspection.Layout);
        page.Table(
            ["part", "images", "sizes", "show nothing", "broken"],
            inspection.Parts.Select(part => (string[])[part.Name, Number(part.Images), InspectionText.Sizes(part), InspectionText.Empty(part), Number(part.Broken.Count)]));
        IDataSet[] sets = [.. new[] { parts.Train, parts.Validation, parts.Test }.OfType<IDataSet>()];
        for (int i = 0; i < sets.Length; i++)
        {
            page.Heading(inspection.Parts[i].Name);
            AddFigures(page, inspection.Parts[i], sets[i], inspection.MasksMayOverlap);
            AddGallery(page, inspection.Parts[i], sets[i], i == 0 ? augmentation : null, variants);
        }
        AddFaults(page, inspection);
        return page;
    }

    private static void AddFigures(HtmlPage page, PartInspection part, IDataSet set, bool masksMayOverlap)
    {
        page.Table(
            ["class", "images", "of images", "pixels", "of pixels"],
            part.Classes.Select(each => (string[])[each.Name, Number(each.Images), Share(each.ImageShare), Number(each.Pixels), Share(each.PixelShare)]));
        page.Chart(
            Charts.Pie("images that show something", [new("something", part.Images - part.EmptyImages, Number(part.Images - part.EmptyImages), Striking), new("nothing", part.EmptyImages, Number(part.EmptyImages), Plain)]),
            masksMayOverlap ? "Images with at least one class, and without any." : "Images with more than class 0, and with class 0 only.");
        page.Chart(
            Charts.Bars("images by class", [.. part.Classes.Select((each, index) => new ChartValue(each.Name, each.Images, $"{Number(each.Images)} ({Share(each.ImageShare)})", Charts.Css(set.ClassColors[index])))]),
            "Images that show each class.");
        page.Chart(
            Charts.Bars("pixels by class", [.. part.Classes.Select((each, index) => new ChartValue(each.Name, each.PixelShare, Share(each.PixelShare), Charts.Css(set.ClassColors[index])))]),
            $"Share of all pixels; {Share(part.Pixels == 0 ? 0 : part.VoidPixels / (double)part.Pixels)} are void.");
        page.Chart(
            Charts.Bars("classes per image", [.. part.ImagesByClassCount.Select((images, classes) => new ChartValue($"{classes} classes", images, Number(images), Neutral))]),
            "Images by the number of classes in them.");
        page.Paragraph($"Mean of red, green, blue: {InspectionText.Channels(part.ChannelMeans)}. Standard deviation: {InspectionText.Channels(part.ChannelDeviations)}. As shares of white.");
        page.List(part.Baselines.Select(InspectionText.Of));
    }

    private static void AddGallery(HtmlPage page, PartInspection part, IDataSet set, SampleTransform? augmentation, int variants)
    {
        var thumbnail = new SampleThumbnail();
        foreach (IGrouping<string, GalleryExample> group in part.Examples.GroupBy(example => example.Title))
        {
            page.Subheading(group.Key);
            foreach (int index in group.Select(example => example.Index))
            {
                Sample sample = set.Load(index);
                page.Picture(thumbnail.Draw(sample, set.ClassColors), sample.Name);
                for (int variant = 1; augmentation is not null && variant <= variants; variant++)
                {
                    SamplePlan plan = augmentation.Plan(sample.Image.Width, sample.Image.Height, SeededRandom.For(0, variant, index));
                    page.Picture(thumbnail.DrawAugmented(sample, plan, set.ClassColors), $"{sample.Name}, changed {variant}");
                }
            }
        }
    }

    private static void AddFaults(HtmlPage page, DataInspection inspection)
    {
        string[] broken = [.. inspection.Parts.SelectMany(part => part.Broken)];
        if (broken.Length > 0)
        {
            page.Heading("Broken files");
            page.List(broken);
        }
        if (inspection.Unpaired.Count > 0)
        {
            page.Heading("Files without counterpart");
            page.List(inspection.Unpaired);
        }
    }

    private static string Number(long value) => value.ToString("n0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("p2", CultureInfo.InvariantCulture);
}
