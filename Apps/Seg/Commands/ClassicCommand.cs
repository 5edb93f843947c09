using System.CommandLine;
using SegFromScratch.Training.Classic;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg classic</c>: segmentation without learning, to compare with.</summary>
internal static class ClassicCommand
{
    private const double StandardTolerance = 20;

    public static Command Create()
    {
        var tolerance = new Option<double>("--tolerance") { Description = "The difference of brightness, of 255, that one region may have.", DefaultValueFactory = _ => StandardTolerance };
        return new Command("classic", "Segments a picture without learning, by methods from before neural networks.")
        {
            Method("otsu", "Dark and bright, divided where the histogram says (Otsu 1979).", (_, image) => OtsuThreshold.Apply(GrayImage.Of(image)).ToImage()),
            Method("sobel", "The strength of edges (Sobel and Feldman 1968).", (_, image) => SobelEdges.Apply(GrayImage.Of(image)).ToImage()),
            Method("canny", "Edges one pixel wide (Canny 1986).", (_, image) => CannyEdges.Apply(GrayImage.Of(image), new CannyOptions()).ToImage()),
            Method("region-growing", "Regions around their means, each painted in its mean colour (Adams and Bischof 1994).", (result, image) => RegionGrowing.Apply(GrayImage.Of(image), result.GetValue(tolerance)).Paint(image), tolerance),
            Method("split-merge", "Even regions, each painted in its mean colour (Horowitz and Pavlidis 1976).", (result, image) => SplitAndMerge.Apply(GrayImage.Of(image), result.GetValue(tolerance)).Paint(image), tolerance),
        };
    }

    private static Command Method(string name, string description, Func<ParseResult, Image, Image> apply, params Option[] options)
    {
        var picture = new Argument<string>("picture") { Description = "A PNG or JPEG file." };
        var output = new Option<string>("--output") { HelpName = "file", Description = "The PNG file to write.", Required = true };
        var command = new Command(name, description) { picture, output };
        foreach (Option option in options)
            command.Options.Add(option);
        command.SetAction(result =>
        {
            ImageFile.WritePng(result.GetRequiredValue(output), apply(result, ImageFile.Read(result.GetRequiredValue(picture))));
            return 0;
        });
        return command;
    }
}
