using SegFromScratch.Layers.Models;

namespace SegFromScratch.Tests.Layers;

[NonParallelizable]
public sealed class SummaryTests
{
    [TestCase("unet", "4", "800x128", "487,316 trained, 488,788 in all", "input          2x3x128x800, logits 2x4x128x800")]
    [TestCase("unet2015", "2", "572x572", "31,031,810 trained", "logits 2x2x388x388")]
    [TestCase("fcn_resnet50", "21", "520x520", "35,322,218 trained", "152.72 G an image")]
    [TestCase("fcn_tensorflow", "3", "224x224", "9,295,491 trained, 24,010,179 in all", "logits 2x3x224x224")]
    [TestCase("deeplabv3plus_severstal", "4", "800x128", "41,083,068 trained, 41,284,844 in all", "logits 2x4x128x800")]
    public void A_summary_states_parameters_and_sizes(string model, string classes, string size, params string[] expected)
    {
        (int status, string text, _) = CommandRun.Of("summary", "--model", model, "--classes", classes, "--size", size);
        Assert.That(status, Is.Zero);
        foreach (string part in expected)
            Assert.That(text, Does.Contain(part));
    }

    [Test]
    public void Every_network_has_a_summary([ValueSource(nameof(Names))] string model) =>
        Assert.That(CommandRun.Of("summary", "--model", model, "--size", "256x256").Output, Does.Contain("multiply-adds ").And.Contain("training step"));

    [Test]
    public void A_setting_reaches_the_summary() =>
        Assert.That(CommandRun.Of("summary", "--model", "fcn_pyramid", "--classes", "4", "--size", "256x256", "--set", "pyramid_levels=2").Output, Does.Contain("6,988,292 in all"));

    private static IEnumerable<string> Names() => ModelCatalog.Models.Keys;
}
