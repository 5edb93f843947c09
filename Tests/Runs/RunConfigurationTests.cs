using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Runs;

public sealed class RunConfigurationTests : FolderTests
{
    private RunConfiguration Load(string json)
    {
        string path = Folder.File("config.json");
        File.WriteAllText(path, json);
        return RunConfiguration.Load(path);
    }

    [Test]
    public void Everything_is_written_and_read_back()
    {
        RunConfiguration written = new()
        {
            Model = new NamedOptions { Name = "unet" }.With("width", "32").With("depth", "5"),
            Data = new DataOptions { Path = "données/steel", ImageWidth = 256, ImageHeight = 128, Classes = ["a", "b"], IgnoreIndex = 255 },
            Loss = new NamedOptions { Name = "focal" }.With("gamma", "2.5"),
            Optimizer = new OptimizerOptions { Name = "sgd", LearningRate = 0.1 + 0.2, GradientClip = 1 },
            Augmentation = new AugmentationSettings { HorizontalFlip = true, MaximumScale = 2 },
            Epochs = 7,
            Seed = -1,
        };
        string path = Folder.File("config.json");
        written.Save(path);
        RunConfiguration read = RunConfiguration.Load(path);
        Assert.That(read.ToJson(), Is.EqualTo(written.ToJson()).And.EqualTo(File.ReadAllText(path)));
        Assert.That(read.Data.Path, Is.EqualTo("données/steel"));
        Assert.That(read.Data.Classes, Is.EqualTo(["a", "b"]));
        Assert.That(read.Model.GetInt32("depth", 0), Is.EqualTo(5));
        Assert.That(read.Loss.GetDouble("gamma", 0), Is.EqualTo(2.5));
        Assert.That(read.Optimizer, Is.EqualTo(written.Optimizer));
        Assert.That(read.Augmentation, Is.EqualTo(written.Augmentation));
        Assert.That(written.ToJson(), Does.Contain("\n  \"optimizer\": {\n    \"name\": \"sgd\",\n    \"learning_rate\": 0.30000000000000004,"));
        Assert.That(written.ToJson().IndexOf("depth", StringComparison.Ordinal), Is.LessThan(written.ToJson().IndexOf("\"width\"", StringComparison.Ordinal)));
    }

    [Test]
    public void What_is_not_given_has_its_default_and_comments_are_allowed()
    {
        RunConfiguration read = Load("""{ /* short */ "epochs": 3, "optimizer": {"learning_rate": 1}, }""");
        Assert.That(read.ToJson(), Is.EqualTo(new RunConfiguration { Epochs = 3, Optimizer = new OptimizerOptions { LearningRate = 1 } }.ToJson()));
    }

    [TestCase("""{"epoch": 3}""", "there is no setting 'epoch'; did you mean 'epochs'?")]
    [TestCase("""{"optimizer": {"learning_rte": 3}}""", "there is no setting 'optimizer.learning_rte'; did you mean 'learning_rate'?")]
    [TestCase("""{"model": {"zzzzzz": 3}}""", "there is no setting 'model.zzzzzz'; there are name, options.")]
    [TestCase("{\n\"epochs\": \"many\"}", "', line 2: the setting 'epochs' has a value of the wrong kind")]
    [TestCase("{\"data\": {\n\n\"path\": null}}", "', line 3: the setting 'data.path' has a value of the wrong kind")]
    [TestCase("""{"epochs": 99999999999}""", "the setting 'epochs' has a value of the wrong kind or range")]
    [TestCase("""{"epochs": 1, "epochs": 2}""", "not valid JSON")]
    [TestCase("""{"epochs": 1""", "', line 1: this is not valid JSON.")]
    [TestCase("", "this is not valid JSON.")]
    [TestCase("[]", "a configuration is one JSON object")]
    [TestCase("null", "a configuration is one JSON object")]
    [TestCase("""{"model": null}""", "the setting 'model' has a value of the wrong kind")]
    [TestCase("""{"model": {"options": null}}""", "the setting 'model.options' has a value of the wrong kind")]
    [TestCase("""{"format": 2, "future": 1}""", "its format is 2; this program reads format 1")]
    [TestCase("""{"batch": 0}""", ": The setting 'batch' must be at least 1, not 0.")]
    [TestCase("""{"optimizer": {"learning_rate": -0.5}}""", "The setting 'optimizer.learning_rate' must be above 0, not -0.5.")]
    [TestCase("""{"optimizer": {"beta2": 1}}""", "The setting 'optimizer.beta2' must be from 0 to below 1, not 1.")]
    [TestCase("""{"data": {"image_width": 8}}""", "The setting 'data.image_height' must be given too, or neither size.")]
    [TestCase("""{"augmentation": {"minimum_scale": 2}}""", "The setting 'augmentation.maximum_scale' must be at least minimum_scale, not 1.")]
    public void Each_mistake_is_one_line(string json, string expected)
    {
        string message = Assert.Throws<ConfigurationException>(() => Load(json))!.Message;
        Assert.That(message, Does.Contain("config.json'").And.Contain(expected).And.Not.Contain("\n"));
    }

    [Test]
    public void A_missing_file_is_one_line() =>
        Assert.That(Assert.Throws<ConfigurationException>(() => RunConfiguration.Load(Folder.File("none.json")))!.Message, Does.EndWith("there is no such file."));

    [Test]
    public void Not_a_number_is_out_of_every_range() =>
        Assert.Throws<ConfigurationException>(() => new RunConfiguration { Optimizer = new OptimizerOptions { LearningRate = double.NaN } }.Validate());

    [Test]
    public void Options_have_kinds()
    {
        NamedOptions options = new NamedOptions { Name = "unet" }
            .With("depth", "5").With("attention", "true").With("encoder", "resnet18").With("rates", "[6, 12]").With("share", "0.5");
        Assert.That(options.GetInt32("depth", 0), Is.EqualTo(5));
        Assert.That(options.GetInt32("width", 64), Is.EqualTo(64));
        Assert.That(options.GetBoolean("attention", false), Is.True);
        Assert.That(options.GetString("encoder", ""), Is.EqualTo("resnet18"));
        Assert.That(options.GetNumbers("rates"), Is.EqualTo([6.0, 12.0]));
        Assert.That(options.GetNumbers("none"), Is.Empty);
        Assert.That(options.GetDouble("share", 0), Is.EqualTo(0.5));
        Assert.That(Assert.Throws<ConfigurationException>(() => options.GetInt32("share", 0))!.Message,
            Is.EqualTo("The setting 'share' of 'unet' must be a whole number, not 0.5."));
        Assert.That(Assert.Throws<ConfigurationException>(() => options.GetNumbers("depth"))!.Message, Does.Contain("must be a list of numbers, not 5"));
        Assert.That(Assert.Throws<ConfigurationException>(() => options.RequireKnown("depths", "attention", "encoder", "rates", "share"))!.Message,
            Is.EqualTo("'unet' has no setting 'depth'; did you mean 'depths'?"));
        Assert.DoesNotThrow(() => options.RequireKnown("depth", "attention", "encoder", "rates", "share"));
    }
}
