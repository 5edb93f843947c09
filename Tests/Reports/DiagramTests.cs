using System.Xml.Linq;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Reports.Diagram;

namespace SegFromScratch.Tests.Reports;

/// <summary>Drawings of networks: the parts and the ways between them, and the SVG.</summary>
[NonParallelizable]
public sealed class DiagramTests : IDisposable
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private readonly CpuDevice _cpu = new(1);
    private readonly TemporaryFolder _folder = new();

    private static IEnumerable<string> Names => ModelCatalog.Models.Keys;

    public void Dispose()
    {
        _folder.Dispose();
        _cpu.Dispose();
    }

    [Test]
    public void A_U_Net_is_a_U_with_a_way_across_at_each_size()
    {
        NetworkGraph graph = Graph("unet", 64);
        Assert.That(graph.Parts.Select(part => part.Name), Is.EqualTo(
            new[] { "image", "down1", "down2", "down3", "down4", "bottom", "up4", "merge4", "up3", "merge3", "up2", "merge2", "up1", "merge1", "head", "output" }));
        Assert.That(graph.Parts.Select(part => part.Output.Height), Is.EqualTo(new[] { 64, 64, 32, 16, 8, 4, 8, 8, 16, 16, 32, 32, 64, 64, 64, 64 }));
        Assert.That(graph.Parts.Where(part => part.IsEncoder).Select(part => part.Name), Is.EqualTo(new[] { "down1", "down2", "down3", "down4", "bottom" }));
        (int, int)[] forwards = [.. Enumerable.Range(0, 15).Select(i => (i, i + 1))];
        Assert.That(graph.Links, Is.EquivalentTo(forwards.Concat([(1, 13), (2, 11), (3, 9), (4, 7)])));
    }

    [Test]
    public void DeepLabV3Plus_has_a_pyramid_side_by_side_and_a_way_from_its_early_features()
    {
        NetworkGraph graph = Graph("deeplabv3plus_resnet50", 128);
        int Place(string name) => graph.Parts.ToList().FindIndex(part => part.Name == name);
        int early = Place("backbone.layer1"), last = Place("backbone.layer4"), project = Place("classifier.aspp.project"), decoder = Place("classifier.classifier.0 to 1");
        int[] pyramid = [.. Enumerable.Range(0, 5).Select(i => Place($"classifier.aspp.convs.{i}"))];
        Assert.Multiple(() =>
        {
            Assert.That(graph.Links.Where(link => link.From == last).Select(link => link.To), Is.EquivalentTo(pyramid));
            Assert.That(graph.Links.Where(link => link.To == project).Select(link => link.From), Is.EquivalentTo(pyramid));
            Assert.That(graph.Links.Where(link => link.From == early).Select(link => link.To), Is.EquivalentTo(new[] { Place("backbone.layer2"), Place("classifier.project") }));
            Assert.That(graph.Links.Where(link => link.To == decoder).Select(link => link.From), Is.EquivalentTo(new[] { project, Place("classifier.project") }));
            Assert.That(graph.Parts[pyramid[4]].Output, Is.EqualTo(new TensorShape(2, 256, 1, 1)));
        });
    }

    [TestCaseSource(nameof(Names))]
    public void Every_network_is_whole_in_its_diagram(string name)
    {
        SegmentationModel model = ModelCatalog.Create(name, new PlanningDevice(_cpu), 3, new ModelChoices(), 1);
        int side = model.InputSizeFor(64);
        NetworkGraph graph = NetworkGraph.Of(model, new TensorShape(2, 3, side, side));
        HashSet<int> reached = [0];
        foreach ((int from, int to) in graph.Links.Where(link => reached.Contains(link.From)))
            reached.Add(to);
        XElement svg = XElement.Parse(NetworkDiagram.Draw(name, graph));
        Assert.Multiple(() =>
        {
            Assert.That(graph.Parts.Sum(part => part.Parameters), Is.EqualTo(model.TrainedCount));
            Assert.That(graph.Parts.Select(part => part.Name), Is.Unique.And.Member("image").And.Member("output"));
            Assert.That(graph.Links, Has.All.Matches<(int From, int To)>(link => link.From < link.To));
            Assert.That(reached, Has.Count.EqualTo(graph.Parts.Count), "data come to every part");
            Assert.That(svg.Descendants(s_svg + "rect").Count(), Is.EqualTo(graph.Parts.Count));
            Assert.That(svg.Descendants(s_svg + "polyline").Count(), Is.EqualTo(graph.Links.Count));
            Assert.That(graph.Parts, Has.Count.LessThan(60), "readable");
        });
    }

    [Test]
    public void The_command_writes_a_file_that_a_browser_draws()
    {
        string path = _folder["network.svg"];
        CommandRun run = CommandRun.Of("summary", "--model", "unet", "--size", "64x64", "--diagram", path);
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.Contain($"diagram        {path}"));
        Assert.That(Browser.Elements(path, _folder), Does.Contain("<title>merge4: 64 x 8 x 8, 110,976 parameters</title>"));
    }

    // Boxes of one column and row stand under each other, and no two boxes share a place.
    [Test]
    public void Boxes_do_not_cover_each_other([Values("unet", "deeplabv3plus_resnet50", "deeplabv3plus_xception", "unet_plus_plus")] string name)
    {
        XElement[] boxes = [.. XElement.Parse(NetworkDiagram.Draw(name, Graph(name, 128))).Descendants(s_svg + "rect")];
        double[][] places = [.. boxes.Select(box => ((string[])["x", "y", "width", "height"]).Select(key => (double)box.Attribute(key)!).ToArray())];
        for (int i = 0; i < places.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.That(IsApart(places[i], places[j], 0) || IsApart(places[i], places[j], 1), $"boxes {j} and {i}");
        }

        static bool IsApart(double[] one, double[] other, int axis) => one[axis] + one[axis + 2] <= other[axis] || other[axis] + other[axis + 2] <= one[axis];
    }

    private NetworkGraph Graph(string name, int side) => NetworkGraph.Of(ModelCatalog.Create(name, new PlanningDevice(_cpu), 3, new ModelChoices(), 1), new TensorShape(2, 3, side, side));
}
