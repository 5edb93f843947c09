using System.Globalization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Runs;

public sealed class MetricLogTests : FolderTests
{
    private static KeyValuePair<string, double?>[] Row(double? loss, double? dice) => [new("loss", loss), new("validation/dice", dice)];

    [Test]
    public void Rows_are_written_in_both_forms()
    {
        RunFolder run = RunFolder.Create(Folder.File("run"));
        MetricLog log = MetricLog.Create(run);
        log.Append(100, Row(0.1 + 0.2, null));
        log.Append(200, Row(1e-7, 3));
        log.Append(300, Row(double.NaN, double.PositiveInfinity));
        log.Append(400, [new("validation/dice", 0.5)]);
        Assert.That(File.ReadAllText(run.MetricsCsvPath), Is.EqualTo(
            "step,loss,validation/dice\n100,0.30000000000000004,\n200,1E-07,3\n300,NaN,Infinity\n400,,0.5\n"));
        Assert.That(File.ReadAllText(run.MetricsJsonLinesPath), Is.EqualTo("""
            {"step":100,"loss":0.30000000000000004,"validation/dice":null}
            {"step":200,"loss":1E-07,"validation/dice":3}
            {"step":300,"loss":null,"validation/dice":null}
            {"step":400,"loss":null,"validation/dice":0.5}

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Numbers_do_not_follow_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            strange.NumberFormat.NumberDecimalSeparator = ",";
            strange.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = strange;
            RunFolder run = RunFolder.Create(Folder.File("run"));
            MetricLog.Create(run).Append(1, Row(-0.5, 1.25));
            Assert.That(File.ReadAllLines(run.MetricsCsvPath)[1], Is.EqualTo("1,-0.5,1.25"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void A_resumed_log_equals_an_unbroken_one()
    {
        RunFolder unbroken = RunFolder.Create(Folder.File("unbroken"));
        MetricLog log = MetricLog.Create(unbroken);
        for (int step = 1; step <= 5; step++)
            log.Append(step * 10, Row(1.0 / step, step % 2 == 0 ? step / 3.0 : null));

        RunFolder broken = RunFolder.Create(Folder.File("broken"));
        log = MetricLog.Create(broken);
        for (int step = 1; step <= 4; step++)
            log.Append(step * 10, Row(step == 4 ? 99 : 1.0 / step, step % 2 == 0 ? step / 3.0 : null));
        File.AppendAllText(broken.MetricsCsvPath, "50,0.1");
        File.AppendAllText(broken.MetricsJsonLinesPath, "{\"step\":3");
        log = MetricLog.Resume(broken, 30);
        for (int step = 4; step <= 5; step++)
            log.Append(step * 10, Row(1.0 / step, step % 2 == 0 ? step / 3.0 : null));

        Assert.That(File.ReadAllBytes(broken.MetricsCsvPath), Is.EqualTo(File.ReadAllBytes(unbroken.MetricsCsvPath)));
        Assert.That(File.ReadAllBytes(broken.MetricsJsonLinesPath), Is.EqualTo(File.ReadAllBytes(unbroken.MetricsJsonLinesPath)));
    }

    [Test]
    public void Resuming_before_the_first_row_begins_anew()
    {
        RunFolder run = RunFolder.Create(Folder.File("run"));
        MetricLog.Create(run).Append(10, Row(1, 2));
        MetricLog.Resume(run, 5).Append(7, [new("other", 1)]);
        Assert.That(File.ReadAllText(run.MetricsCsvPath), Is.EqualTo("step,other\n7,1\n"));
        Assert.That(File.ReadAllText(run.MetricsJsonLinesPath), Is.EqualTo("{\"step\":7,\"other\":1}\n"));
    }

    [Test]
    public void Unfit_columns_are_refused_and_nothing_is_written()
    {
        RunFolder run = RunFolder.Create(Folder.File("run"));
        MetricLog log = MetricLog.Create(run);
        Assert.Throws<ArgumentException>(() => log.Append(1, [new("a,b", 1)]));
        Assert.Throws<ArgumentException>(() => log.Append(1, [new("step", 1)]));
        Assert.That(File.Exists(run.MetricsCsvPath), Is.False);
        log.Append(1, [new("a", 1)]);
        Assert.That(Assert.Throws<ArgumentException>(() => log.Append(2, [new("b", 1)]))!.Message, Does.Contain("no column 'b'"));
        Assert.That(File.ReadAllLines(run.MetricsCsvPath), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_damaged_log_is_named_with_its_line()
    {
        RunFolder run = RunFolder.Create(Folder.File("run"));
        MetricLog.Create(run).Append(10, Row(1, 2));
        File.AppendAllText(run.MetricsCsvPath, "nonsense\n");
        Assert.That(Assert.Throws<ConfigurationException>(() => MetricLog.Resume(run, 10))!.Message, Does.Contain("metrics.csv', line 3"));
        File.WriteAllText(run.MetricsCsvPath, "step,loss\n");
        File.AppendAllText(run.MetricsJsonLinesPath, "{}\n");
        Assert.That(Assert.Throws<ConfigurationException>(() => MetricLog.Resume(run, 10))!.Message, Does.Contain("metrics.jsonl', line 2"));
    }
}
