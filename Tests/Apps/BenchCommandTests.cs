using System.Text.Json.Nodes;
using SegFromScratch.Apps.Seg.Benchmarks;

namespace SegFromScratch.Tests.Apps;

/// <summary><c>seg bench</c>: every pass of every case gets one well-formed row, and a bad case file one clear line.</summary>
[NonParallelizable]
public sealed class BenchCommandTests : IDisposable
{
    private const string Cases = """
        {
          "about": "one of every kind",
          "convolution": [{"name": "strided", "n": 2, "h": 9, "w": 11, "c": 3, "k": 8, "kernel": 3, "stride": 2, "padding": 1, "dilation": 1}],
          "depthwise": [{"name": "by_channel", "n": 1, "h": 8, "w": 10, "c": 16, "kernel": 3, "stride": 1, "padding": 2, "dilation": 2}],
          "transposed": [{"name": "up", "n": 1, "h": 4, "w": 5, "c": 16, "k": 8, "kernel": 2, "stride": 2, "padding": 0, "output_padding": 0}],
          "maxpool": [{"name": "pool", "n": 1, "h": 8, "w": 8, "c": 16, "kernel": 2, "stride": 2}],
          "bilinear": [{"name": "resize", "n": 1, "h": 3, "w": 5, "c": 16, "scale": 4}],
          "batchnorm_relu": [{"name": "normalize", "n": 2, "h": 5, "w": 6, "c": 16}],
          "softmax_cross_entropy": [{"name": "loss", "n": 1, "h": 6, "w": 7, "c": 5}],
          "models": [{"name": "net", "model": "unet", "base": 2, "classes": 4, "n": 1, "h": 16, "w": 32, "loss": "bce_dice", "optimizer": "adam"}]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Every_pass_of_every_case_has_a_row_with_what_the_PyTorch_side_prints()
    {
        JsonObject[] rows = Rows("--runs", "3");
        Assert.That(rows.Select(row => $"{row["case"]}/{row["pass"]}"), Is.EqualTo((string[])
        [
            "strided/forward", "strided/backward_input", "strided/backward_weight",
            "by_channel/forward", "by_channel/backward_input", "by_channel/backward_weight",
            "up/forward", "up/forward_backward",
            "pool/forward", "pool/forward_backward",
            "resize/forward", "resize/forward_backward",
            "normalize/forward", "normalize/forward_backward",
            "loss/forward", "loss/forward_backward",
            "net/train_step", "net/inference",
        ]));
        foreach (JsonObject row in rows)
        {
            Assert.That(((string?)row["engine"], (string?)row["device"], (string?)row["precision"]), Is.EqualTo(("SegFromScratch", "cpu", "fp32")));
            Assert.That((double)row["min"]!, Is.Positive.And.LessThanOrEqualTo((double)row["seconds"]!));
            Assert.That((double)row["max"]!, Is.GreaterThanOrEqualTo((double)row["seconds"]!));
        }
    }

    [Test]
    public void Rates_and_sizes_follow_from_the_case()
    {
        JsonObject[] rows = Rows("--runs", "1", "--batch-scale", "3", "--only", "strided", "by_ch", "net");

        // 3 x 2 images of 8 x 5 x 6 outputs, each the sum of 3 x 3 x 3 products.
        Assert.That(rows[0].Count, Is.EqualTo(9));
        Assert.That((double)rows[0]["gflops"]! * (double)rows[0]["seconds"]!, Is.EqualTo(2 * 6 * 8 * 5 * 6 * 27 / 1e9).Within(1e-15));

        // 3 images of 16 x 8 x 10 outputs, each the sum of 3 x 3 products of its own channel.
        Assert.That((double)rows[3]["gflops"]! * (double)rows[3]["seconds"]!, Is.EqualTo(2 * 3 * 16 * 8 * 10 * 9 / 1e9).Within(1e-15));
        JsonObject training = rows.Single(row => (string?)row["pass"] == "train_step");
        Assert.That((double)training["images_per_second"]! * (double)training["seconds"]!, Is.EqualTo(3).Within(1e-9));
        Assert.That((long)training["parameters"]!, Is.EqualTo(UNetParameters(2, 4)));
        if (File.Exists("/proc/self/status"))
            Assert.That((long)training["peak_rss_bytes"]!, Is.GreaterThan(10 << 20));
    }

    [Test]
    public void The_peak_memory_of_a_case_is_that_of_the_case_whatever_ran_before()
    {
        if (!PeakMemory.BeginAnew() || PeakMemory.OfProcess() is null)
            Assert.Ignore("the system does not tell how much memory a process used at most, or does not reset it");
        const string Net = """{"name": "net", "model": "unet", "base": 2, "classes": 4, "n": 1, "h": 16, "w": 32, "loss": "bce_dice", "optimizer": "adam"}""";
        long alone = Peak($$"""{"models": [{{Net}}]}""");
        long after = Peak($$"""{"maxpool": [{"name": "pool", "n": 1, "h": 512, "w": 512, "c": 64, "kernel": 2, "stride": 2}], "models": [{{Net}}]}""");

        // The pooling reads 64 MiB, which came from an array as large, and writes as much again.
        Assert.That(after, Is.EqualTo(alone).Within(32 << 20));

        long Peak(string cases)
        {
            CommandRun run = CommandRun.Of(["bench", "--cases", CasesFile(cases), "--device", "cpu", "--runs", "1"]);
            Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
            return run.JsonLines.Select(line => JsonNode.Parse(line)!.AsObject()).Where(row => (string?)row["pass"] == "train_step").Select(row => (long)row["peak_rss_bytes"]!).Single();
        }
    }

    [Test]
    public void Only_takes_parts_of_several_names() =>
        Assert.That(Rows("--runs", "1", "--only", "siz", "oo").Select(row => (string?)row["case"]).Distinct(), Is.EqualTo((string[])["pool", "resize"]));

    [Test]
    public void A_name_that_no_case_has() => AssertError("no case's name contains nonsense: the cases are strided, by_channel", CasesFile(Cases), "--only", "nonsense");

    [Test]
    public void A_missing_file() => AssertError("nowhere.json", Path.Combine(_folder.Path, "nowhere.json"));

    [TestCase("{\"maxpool\": [", "LineNumber: 0")]
    [TestCase("[]", "a case file is a JSON object")]
    [TestCase("""{"maxpool": [{"name": "\ud83d"}]}""", "missing low surrogate")]
    [TestCase("""{"convolutions": []}""", "'convolutions' is no kind of work: known are convolution, depthwise")]
    [TestCase("""{"maxpool": {}}""", "'maxpool' must be a list")]
    [TestCase("""{"maxpool": [7]}""", "maxpool: a case must be an object, not 7")]
    [TestCase("""{"maxpool": [{"n": 1}]}""", "maxpool needs 'name', a text")]
    [TestCase("""{"maxpool": [{"name": "p", "n": 1, "c": 8, "h": 8, "w": 8, "kernel": 2}]}""", "maxpool 'p' needs 'stride', a whole number of at least 1")]
    [TestCase("""{"maxpool": [{"name": "p", "n": 0, "c": 8, "h": 8, "w": 8, "kernel": 2, "stride": 2}]}""", "maxpool 'p' needs 'n', a whole number of at least 1")]
    [TestCase("""{"maxpool": [{"name": "p", "n": 1.5, "c": 8, "h": 8, "w": 8, "kernel": 2, "stride": 2}]}""", "maxpool 'p' needs 'n', a whole number of at least 1")]
    [TestCase("""{"convolution": [{"name": "c", "n": 1, "c": 8, "k": 8, "h": 2, "w": 2, "kernel": 3, "stride": 1, "padding": 0, "dilation": 1}]}""", "convolution 'c': a dilated kernel of 3x3 does not fit")]
    [TestCase("""{"models": [{"name": "m", "model": "vnet"}]}""", "models 'm': there is no model 'vnet': known are unet")]
    [TestCase("""{"models": [{"name": "m", "model": "unet", "loss": "hinge"}]}""", "models 'm': there is no loss 'hinge'")]
    public void A_bad_case_file(string text, string expected) => AssertError(expected, CasesFile(text));

    [TestCase("--runs", "0", "--runs must be at least 1")]
    [TestCase("--batch-scale", "0", "--batch-scale must be at least 1")]
    [TestCase("--precision", "fp16", "fp16")]
    public void An_impossible_option(string option, string value, string expected)
    {
        CommandRun run = CommandRun.Of("bench", "--cases", CasesFile(Cases), "--device", "cpu", option, value);
        Assert.Multiple(() =>
        {
            Assert.That(run.Status, Is.Not.Zero);
            Assert.That(run.Error, Does.Contain(expected));
        });
    }

    private JsonObject[] Rows(params string[] options)
    {
        CommandRun run = CommandRun.Of(["bench", "--cases", CasesFile(Cases), "--device", "cpu", .. options]);
        Assert.That((run.Status, run.Error), Is.EqualTo((0, "")));
        return [.. run.JsonLines.Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    private string CasesFile(string text)
    {
        string path = Path.Combine(_folder.Path, "cases.json");
        File.WriteAllText(path, text);
        return path;
    }

    private static void AssertError(string expected, string path, params string[] options)
    {
        CommandRun run = CommandRun.Of(["bench", "--cases", path, "--device", "cpu", .. options]);
        Assert.Multiple(() =>
        {
            Assert.That(run.Status, Is.Not.Zero);
            Assert.That(run.Error, Does.StartWith("error: ").And.Contains(expected));
            Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), run.Error);
        });
    }

    // Convolutions with bias, each but the up-convolutions and the head followed by a normalisation with scale and shift.
    private static long UNetParameters(long filters, long classes)
    {
        long total = Block(3, filters), channels = filters;
        for (int level = 1; level <= 4; level++, channels *= 2)
            total += Block(channels, 2 * channels);
        for (; channels > filters; channels /= 2)
            total += (4 * channels * (channels / 2)) + (channels / 2) + Block(channels, channels / 2);
        return total + (filters * classes) + classes;

        static long Block(long input, long output) => (9 * input * output) + (3 * output) + (9 * output * output) + (3 * output);
    }
}
