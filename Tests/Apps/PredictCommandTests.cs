using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Tests.Reports;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Data.Synthetic;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Visualization;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Apps;

/// <summary><c>seg predict</c>, <c>submit</c> and <c>evaluate</c> with all that they can be asked for.</summary>
[NonParallelizable]
public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _cpu = new(1);
    private string _layers = "", _maps = "", _data = "", _squares = "";

    [OneTimeSetUp]
    public void Train()
    {
        _data = _folder["steel"];
        SyntheticSteel.Generate(_data, 12, 5, 64, 32);
        _layers = WatchedRun.Train(_folder["layers"], TinyRun.Configuration with { Data = TinyRun.Configuration.Data with { Path = _data, ImageWidth = 32, ImageHeight = 16 }, Epochs = 1 }).Path;
        _squares = WatchedRun.WriteSquares(_folder);
        _maps = WatchedRun.Train(_folder["maps"], WatchedRun.OnClassMaps(_squares) with { Epochs = 1 }).Path;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _cpu.Dispose();
    }

    // Picture, truth, and twice what the run predicts.
    [Test]
    public void Runs_are_compared_by_what_they_predict_for_one_picture()
    {
        string picture = Path.Combine(_squares, "images", "1.png"), output = _folder["out-compared"], page = _folder["compared.html"];
        CommandRun run = CommandRun.Of("compare", _maps, _maps, "--picture", picture, "--output", output, "--html", page, "--device", "cpu");
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        Assert.That(Predict(_maps, _folder["out-single"], picture, "--write", "overlay").Status, Is.Zero);
        Image[] panels = Panels(Path.Combine(output, "1-compared.png"), 32), overlays = [ImageFile.Read(Path.Combine(_folder["out-single"], "1-overlay.png"))];
        (byte R, byte G, byte B)[] colors = [.. TrainedNetwork.Load(_maps, _cpu).Classes.Colors];
        Image truth = Overlay.BlendForeground(ImageFile.ReadRgb(picture), ImageFile.ReadMask(Path.Combine(_squares, "masks", "1.png")), colors, ignoreIndex: 255);
        Assert.Multiple(() =>
        {
            Assert.That(panels.Select(panel => panel.Pixels), Is.EqualTo(new[] { ImageFile.ReadRgb(picture).Pixels, truth.Pixels, overlays[0].Pixels, overlays[0].Pixels }));
            Assert.That(truth.Pixels, Is.Not.EqualTo(panels[0].Pixels));
            Assert.That(File.ReadAllText(page).Split("<img "), Has.Length.EqualTo(2));
            Assert.That(run.Output, Does.Contain("sheets: 1 in "));
        });

        // A picture of the same name that is another one has no truth.
        _folder.WriteImage("other/1.png", 32, 32, 7);
        Assert.That(CommandRun.Of("compare", _maps, _layers, "--picture", _folder["other/1.png"], "--output", output, "--device", "cpu").Status, Is.Zero);
        Assert.That(ImageFile.ReadSize(Path.Combine(output, "1-compared.png")), Is.EqualTo(((3 * 32) + 8, 32 + 15)), "the picture and two predictions");
        CommandRun none = CommandRun.Of("compare", _maps, "--picture", _folder["none.png"]);
        Assert.That((none.Status, none.Error), Is.EqualTo((1, $"error: {_folder["none.png"]}: no such picture or folder.\n")));
    }

    [Test]
    public void Class_maps_are_written_as_index_masks_overlay_pictures_and_numbers()
    {
        string output = _folder["out-maps"];
        CommandRun run = Predict(_maps, output, Path.Combine(_squares, "images", "1.png"), "--write", "masks,overlay,probabilities,npy");
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        Assert.That(Names(output), Is.EqualTo(new[] { "1-mask.png", "1-overlay.png", "1-probabilities.npy", "1-probability0.png", "1-probability1.png" }));
        IndexMask mask = ImageFile.ReadMask(Path.Combine(output, "1-mask.png"));
        float[] numbers = Numbers(Path.Combine(output, "1-probabilities.npy"));
        for (int c = 0; c < 2; c++)
        {
            byte[] grey = ImageFile.Read(Path.Combine(output, $"1-probability{c}.png")).Pixels;
            Assert.That(grey, Is.EqualTo(numbers[(c * 1024)..((c + 1) * 1024)].Select(value => (byte)MathF.Round(value * 255))));
        }

        Assert.That(mask.Labels, Is.EqualTo(Enumerable.Range(0, 1024).Select(pixel => numbers[1024 + pixel] > numbers[pixel] ? (byte)1 : (byte)0)));
    }

    [Test]
    public void Masks_that_may_overlap_are_a_file_each_at_the_pictures_own_size()
    {
        string output = _folder["out-layers"];
        CommandRun run = Predict(_layers, output, Path.Combine(_data, "train_images", "*0*"), "--write", "masks,npy", "--threshold", "0.1,0.5,0.9,0.5");
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        string first = Names(output).First(name => name.EndsWith("-mask1.png", StringComparison.Ordinal))[..^"-mask1.png".Length];
        float[] numbers = Numbers(Path.Combine(output, $"{first}-probabilities.npy"));
        float[] cuts = [0.1f, 0.5f, 0.9f, 0.5f];
        for (int c = 0; c < 4; c++)
        {
            Image mask = ImageFile.Read(Path.Combine(output, $"{first}-mask{c + 1}.png"));
            Assert.That((mask.Width, mask.Height), Is.EqualTo((64, 32)));
            Assert.That(mask.Pixels, Is.EqualTo(Enumerable.Range(0, 2048).Select(pixel => numbers[(2048 * c) + pixel] > cuts[c] ? (byte)255 : (byte)0)), $"class {c + 1}");
        }
    }

    [Test]
    public void A_run_predicts_and_submits_where_its_data_are_gone()
    {
        string elsewhere = _folder["moved"], picture = Path.Combine(elsewhere, "train_images");
        Directory.Move(_data, elsewhere);
        try
        {
            Assert.That(Predict(_layers, _folder["out-gone"], picture).Error, Is.Empty);
            Assert.That(CommandRun.Of("submit", "--run", _layers, "--images", picture, "--output", _folder["gone.csv"], "--device", "cpu").Error, Is.Empty);
        }
        finally
        {
            Directory.Move(elsewhere, _data);
        }
    }

    [Test]
    public void A_checkpoint_that_does_not_name_its_classes_asks_the_data_as_they_were_divided()
    {
        string run = _folder["old"];
        Directory.CreateDirectory(Path.Combine(run, "checkpoints"));
        foreach (string name in (string[])["config.json", "split.json"])
            File.Copy(Path.Combine(_maps, name), Path.Combine(run, name));
        string path = Path.Combine(run, "checkpoints", "best.safetensors");
        using (Checkpoint checkpoint = Checkpoint.Load(Path.Combine(_maps, "checkpoints", "best.safetensors")))
        {
            Assert.That(checkpoint.Metadata.Notes[NetworkClasses.NoteName], Is.EqualTo("""{"names":["ground","<square>"],"colors":["#000000","#800000"],"may_overlap":false}"""));
            Checkpoint.Save(path, checkpoint.File.Entries.Select(entry => KeyValuePair.Create(entry.Name, WeightTensor.OfSingles(checkpoint.File.ReadSingle(entry.Name), [.. entry.Shape]))), checkpoint.Metadata with { Notes = new Dictionary<string, string>() });
        }

        using var device = new CpuDevice(1);
        TrainedNetwork old = TrainedNetwork.Load(run, device), today = TrainedNetwork.Load(_maps, device);
        Assert.That((old.Classes.Names, old.Classes.Colors, old.Classes.MayOverlap), Is.EqualTo((today.Classes.Names, today.Classes.Colors, today.Classes.MayOverlap)));
    }

    [Test]
    public void Each_way_gives_masks_and_they_differ()
    {
        string picture = Directory.GetFiles(Path.Combine(_data, "train_images"))[0];
        string[][] ways = [[], ["--inference", "full"], ["--inference", "tiled", "--tile-overlap", "0.25", "--tile-window", "gaussian"], ["--tta", "flip,flip-vertical,scale=0.75/1/1.25"], ["--crf", "--crf-iterations", "2"]];
        List<float[]> answers = [];
        foreach (string[] way in ways)
        {
            string output = _folder[$"way{answers.Count}"];
            CommandRun run = Predict(_layers, output, [picture, "--write", "npy", .. way]);
            Assert.That((run.Status, run.Error), Is.EqualTo((0, "")), string.Join(' ', way));
            answers.Add(Numbers(Directory.GetFiles(output)[0]));
        }

        Assert.That(answers.Select(answer => answer.Length), Is.All.EqualTo(4 * 64 * 32));
        Assert.That(answers.SelectMany(answer => answer), Is.All.InRange(0f, 1f));
        for (int i = 0; i < answers.Count; i++)
            for (int j = 0; j < i; j++)
                Assert.That(answers[i], Is.Not.EqualTo(answers[j]).Within(1e-6f), $"{string.Join(' ', ways[i])} and {string.Join(' ', ways[j])}");
    }

    [Test]
    public void A_submission_takes_every_option()
    {
        string output = _folder["all.csv"], pictures = _folder["pair"];
        Directory.CreateDirectory(pictures);
        foreach (string picture in Directory.GetFiles(Path.Combine(_data, "train_images"))[..2])
            File.Copy(picture, Path.Combine(pictures, Path.GetFileName(picture)));
        CommandRun run = CommandRun.Of("submit", "--run", _layers, "--images", pictures, "--output", output, "--inference", "tiled", "--tile", "40x20", "--tta", "flip", "--crf", "--crf-iterations", "1", "--threshold", "0.4", "--minimum-area", "3", "--device", "cpu");
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.Contain("inside: above 0.4, masks of 3 pixels and more for every class").And.Contain("read back and right"));
        Assert.That(File.ReadAllLines(output), Has.Length.EqualTo(1 + (4 * 2)));
    }

    [Test]
    public void Scores_come_with_the_thresholds_that_made_them()
    {
        string thresholds = Path.Combine(_layers, "thresholds.json");
        CommandRun half = Evaluate(_layers), given = Evaluate(_layers, "--threshold", "0.999999");
        new DecisionThresholds([new(0.25, 0.001), new(0.5, 0), new(0.5, 0), new(0.5, 0)]).Save(thresholds);
        CommandRun found = Evaluate(_layers);
        File.Delete(thresholds);
        Assert.Multiple(() =>
        {
            Assert.That(half.Output, Does.Contain("inside: above 0.5 for every class"));
            Assert.That(given.Output, Does.Contain("inside: above 0.999999 for every class"));
            Assert.That(found.Output, Does.Contain("inside: defect 1 above 0.25, masks of 0.10 % of the picture and more; defect 2 above 0.5; defect 3 above 0.5"));
            Assert.That(Score(given), Is.EqualTo(Line(given, "predicting nothing at all: kaggle-dice ")), "nothing is that sure");
            Assert.That(Evaluate(_maps).Output, Does.Not.Contain("inside:"));
        });
    }

    [Test]
    public void A_search_with_views_saves_what_an_evaluation_with_them_then_uses()
    {
        CommandRun search = Evaluate(_layers, "--search-thresholds", "--tta", "flip", "--inference", "full");
        CommandRun after = Evaluate(_layers, "--part", "validation", "--tta", "flip", "--inference", "full");
        File.Delete(Path.Combine(_layers, "thresholds.json"));
        string best = search.Output.Split(" with 0.5, ")[1].Split(' ')[0];
        Assert.That(Score(after), Is.EqualTo(best));
    }

    [Test]
    public void Output_that_goes_into_a_file_has_no_progress_bar()
    {
        string text = Evaluate(_maps).Output + CommandRun.Of("inspect", "--data", _squares).Output + Predict(_maps, _folder["quiet"], Path.Combine(_squares, "images")).Output;
        Assert.That(text, Does.Not.Contain("scoring").And.Not.Contain("reading pictures").And.Not.Contain("predicting").And.Not.Contain("100%"));
    }

    [TestCase("--tile 8x8", "--tile needs --inference tiled.")]
    [TestCase("--inference tiled --tile 8", "--tile 8: give WIDTHxHEIGHT, such as 480x352.")]
    [TestCase("--inference tiled --tile 8x8 --tile-overlap 1", "the overlap of tiles is from 0 to below 1, not 1")]
    [TestCase("--tta flop", "test-time augmentation 'flop': 'flop' is no view; give ")]
    [TestCase("--write masks,gif", "--write: 'gif' is unknown; give masks, overlay, probabilities, npy.")]
    [TestCase("--threshold 0.5", "--threshold: the run 'maps' gives each pixel its most likely class; thresholds are for masks that may overlap.")]
    [TestCase("--checkpoint worst", "There is no checkpoint 'worst': give best, last, or the number of an epoch that --keep-last kept.")]
    [TestCase("--crf-iterations 3", "--crf-iterations needs --crf.")]
    [TestCase("--inference tiled", "The run 'maps' was trained on whole pictures of any size: give --tile WIDTHxHEIGHT.")]
    public void What_cannot_be_asked_for_is_one_line(string options, string expected)
    {
        CommandRun run = Predict(_maps, _folder["never"], [Path.Combine(_squares, "images"), .. options.Split(' ')]);
        Assert.That(run.Status, Is.Not.Zero);
        Assert.That(run.Error, Does.StartWith($"error: {expected}"));
        Assert.That(run.Error.TrimEnd(), Does.Not.Contain('\n'));
        Assert.That(Directory.Exists(_folder["never"]), Is.False);
    }

    [Test]
    public void Each_checkpoint_can_be_asked_for()
    {
        string run = WatchedRun.Train(_folder["kept"], WatchedRun.OnClassMaps(_squares) with { Epochs = 3, Training = new TrainingOptions { KeepLast = 2 } }).Path;
        using var device = new CpuDevice(1);
        Assert.That(TrainedNetwork.Load(run, device, "2").Epoch, Is.EqualTo(2));
        Assert.That(TrainedNetwork.Load(run, device, "last").Epoch, Is.EqualTo(3));
        Assert.That(Evaluate(run, "--checkpoint", "2").Output, Does.Contain("epoch 2 on "));
        Assert.That(Evaluate(run, "--checkpoint", "1").Error, Does.Contain("epoch-001.safetensors"));
    }

    [Test]
    public void Two_pictures_of_one_name_are_not_written_over_each_other()
    {
        _folder.WriteImage("one/a.png");
        _folder.WriteImage("two/a.png");
        Assert.That(Predict(_maps, _folder["never"], _folder["one"], _folder["two"]).Error, Does.EndWith("would be written as one; predict them into two folders.\n"));
    }

    [Test]
    public void Class_maps_cannot_be_submitted() =>
        Assert.That(CommandRun.Of("submit", "--run", _maps, "--images", Path.Combine(_squares, "images"), "--device", "cpu").Error, Is.EqualTo("error: The run 'maps' gives each pixel one class; a submission needs a run with a mask for each class, such as one on Severstal's data.\n"));

    [Test]
    public void Data_of_other_classes_are_refused() =>
        Assert.That(Evaluate(_maps, "--data", _data).Error, Does.Contain("has 4 classes that may overlap, but the run was trained on 2 classes, one a pixel."));

    private static CommandRun Predict(string run, string output, params string[] more) => CommandRun.Of(["predict", "--run", run, "--device", "cpu", "--output", output, .. more]);

    private static CommandRun Evaluate(string run, params string[] more) => CommandRun.Of(["evaluate", "--run", run, "--device", "cpu", .. more]);

    private static string Score(CommandRun run) => Line(run, " val: kaggle-dice ");

    private static string Line(CommandRun run, string before)
    {
        Assert.That(run.Output, Does.Contain(before), run.Error);
        return run.Output.Split(before)[1].Split(' ', '\n')[0];
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    // The numbers begin after a header of 128 bytes.
    private static float[] Numbers(string path)
    {
        byte[] bytes = File.ReadAllBytes(path)[128..];
        float[] numbers = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, numbers, 0, bytes.Length);
        return numbers;
    }

    // The panels of a sheet of three columns and two rows, each of them a square under a label of 15 rows.
    private static Image[] Panels(string path, int side)
    {
        Image sheet = ImageFile.Read(path);
        Assert.That((sheet.Width, sheet.Height), Is.EqualTo(((3 * side) + 8, (2 * (side + 15)) + 4)));
        return [.. Enumerable.Range(0, 4).Select(i => Cut(sheet, i % 3 * (side + 4), (i / 3 * (side + 19)) + 15, side))];
    }

    private static Image Cut(Image image, int left, int top, int side)
    {
        var part = new Image(side, side, 3);
        for (int y = 0; y < side; y++)
            image.Pixels.AsSpan(3 * (((top + y) * image.Width) + left), 3 * side).CopyTo(part.Pixels.AsSpan(3 * y * side));
        return part;
    }
}
