using SegFromScratch.Layers.Models;

namespace SegFromScratch.Tests.Apps;

[NonParallelizable]
public sealed class ModelsCommandTests
{
    [Test]
    public void All_networks_are_listed_with_parameters_and_source()
    {
        (int status, string text, _) = CommandRun.Of("models", "--classes", "4");
        Assert.That(status, Is.Zero);
        foreach (string name in ModelCatalog.Models.Keys)
            Assert.That(text, Does.Contain($" {name} "));
        Assert.That(text, Does.Contain("29,445,316").And.Contain("torchvision"));
    }

    [Test]
    public void The_settings_of_a_network_are_listed()
    {
        string text = CommandRun.Of("models", "deeplabv2_resnet101").Output;
        Assert.That(text, Does.Contain("44,048,532").And.Contain("--set multi_scale").And.Contain("--set frozen_statistics").And.Not.Contain("pyramid_levels"));
    }

    [Test]
    public void Help_is_no_wider_than_a_screen_for_the_names_of_networks() =>
        Assert.That(CommandRun.Of("train", "--help").Output, Does.Contain("--model <name>").And.Not.Contain("deeplabv3plus_xception"));

    [Test]
    public void A_network_that_is_not_there_is_told_with_those_that_sound_alike()
    {
        (int status, _, string error) = CommandRun.Of("summary", "--model", "mobilenet");
        Assert.That(status, Is.Not.Zero);
        Assert.That(error, Does.Contain("There is no network 'mobilenet'").And.Contain("deeplabv3plus_mobilenetv2"));
    }
}
