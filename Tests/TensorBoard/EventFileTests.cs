using System.Diagnostics;
using System.Text;
using SegFromScratch.Training.TensorBoard;

namespace SegFromScratch.Tests.TensorBoard;

public sealed class EventFileTests : FolderTests
{
    // RFC 3720, B.4, and the check value of the catalogue of CRCs.
    [Test]
    public void The_checksum_has_its_published_values()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Crc32C.Of("123456789"u8), Is.EqualTo(0xE3069283));
            Assert.That(Crc32C.Of(new byte[32]), Is.EqualTo(0x8A9136AA));
            Assert.That(Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]), Is.EqualTo(0x62A8AB43));
            Assert.That(Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), Is.EqualTo(0x46DD794E));
            Assert.That(Crc32C.Of([]), Is.Zero);
        });
        byte[] bytes = new byte[100];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(Crc32C.Of(bytes.AsSpan(0, length)), Is.EqualTo(EventReader.Crc32C(bytes.AsSpan(0, length))), $"{length} bytes");
    }

    [Test]
    public void Events_are_read_back_by_an_independent_reader()
    {
        byte[] png = [1, 2, 3, 200];
        using (EventFile file = EventFile.Begin(Folder.Path, 0))
        {
            file.WriteScalars(1, KeyValuePair.Create("train/loss", 0.75), KeyValuePair.Create("zero", 0.0));
            file.WriteImage(300, "picture", 640, 120, png);
            file.WriteHistogram(1L << 40, "weights/ä", ValueHistogram.Of([-1, 0, 2, float.NaN]));
        }

        string path = Directory.EnumerateFiles(Folder.Path).Single();
        Assert.That(Path.GetFileName(path), Does.StartWith("events.out.tfevents."));
        ProtocolField[] first = [.. EventReader.Fields(EventReader.Records(path).First())];
        Assert.That(first.Single(field => field.Number == 3).Text, Is.EqualTo("brain.Event:2"));
        Assert.That(Math.Abs(first.Single(field => field.Number == 1).Double - DateTimeOffset.UtcNow.ToUnixTimeSeconds()), Is.LessThan(600));

        IReadOnlyList<EventValue> values = EventReader.Values(Folder.Path);
        Assert.That(values.Select(value => (value.Step, value.Tag, value.Field.Number)), Is.EqualTo(new[]
        {
            (1L, "train/loss", 2), (1L, "zero", 2), (300L, "picture", 4), (1L << 40, "weights/ä", 5),
        }));
        Assert.That((values[0].Field.Single, values[1].Field.Single), Is.EqualTo((0.75f, 0f)));
        ProtocolField[] image = [.. EventReader.Fields(values[2].Field.Content)];
        Assert.That(image.Take(3).Select(field => (field.Number, field.Value)), Is.EqualTo(new[] { (1, 120UL), (2, 640UL), (3, 3UL) }));
        Assert.That(image[3].Content.ToArray(), Is.EqualTo(png));
        ProtocolField[] histogram = [.. EventReader.Fields(values[3].Field.Content)];
        Assert.That(histogram.Take(5).Select(field => (field.Number, field.Double)), Is.EqualTo(new[] { (1, -1.0), (2, 2.0), (3, 3.0), (4, 1.0), (5, 5.0) }));
        double[] limits = histogram[5].Doubles, counts = histogram[6].Doubles;
        Assert.That((limits.Length, counts.Length, counts.Sum()), Is.EqualTo((30, 30, 3.0)));
        Assert.That((limits[0], limits[29]), Is.EqualTo((-0.9, 2.0)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12));
        // -1 is in the first bucket, 0 in the eleventh (-1 + 10 x 0.1), 2 in the last.
        Assert.That(counts.Index().Where(count => count.Item > 0).Select(count => count.Index), Is.EqualTo(new[] { 0, 10, 29 }));
    }

    [Test]
    public void A_histogram_of_equal_values_has_one_bucket_and_of_none_has_none()
    {
        ValueHistogram equal = ValueHistogram.Of([3, 3, 3]), none = ValueHistogram.Of([float.NaN, float.PositiveInfinity]);
        Assert.That((equal.Counts.Single(), equal.Minimum, equal.Limits.Single()), Is.EqualTo((3.0, 3.0, 4.0)));
        Assert.That((none.Count, none.Counts.Count), Is.EqualTo((0L, 0)));
    }

    [Test]
    public void A_file_that_goes_on_takes_back_what_older_ones_say_about_later_steps()
    {
        using (EventFile killed = EventFile.Begin(Folder.Path, 0))
        {
            for (int step = 1; step <= 8; step++)
                killed.WriteScalars(step, KeyValuePair.Create("loss", (double)step));
        }

        // The process was killed while it wrote.
        string first = Directory.EnumerateFiles(Folder.Path).Single();
        File.AppendAllBytes(first, [30, 0, 0]);
        using (EventFile resumed = EventFile.Begin(Folder.Path, 5))
        {
            for (int step = 6; step <= 9; step++)
                resumed.WriteScalars(step, KeyValuePair.Create("loss", 10.0 * step));
        }

        Assert.That(EventReader.Values(Folder.Path).Select(value => (value.Step, value.Field.Single)), Is.EqualTo(new[]
        {
            (1L, 1f), (2L, 2f), (3L, 3f), (4L, 4f), (5L, 5f), (6L, 60f), (7L, 70f), (8L, 80f), (9L, 90f),
        }));
        string second = Directory.EnumerateFiles(Folder.Path).Order(StringComparer.Ordinal).Last();
        ProtocolField[] restart = [.. EventReader.Fields(EventReader.Records(second).Skip(1).First())];
        Assert.That(restart.Single(field => field.Number == 2).Value, Is.EqualTo(6));
        Assert.That(EventReader.Fields(restart.Single(field => field.Number == 7).Content).Single(), Is.EqualTo(new ProtocolField(1, 0, 1, default)));
    }

    [Test]
    public void A_damaged_record_ends_what_is_read()
    {
        using var stream = new MemoryStream();
        RecordFile.Write(stream, Encoding.ASCII.GetBytes("first"));
        long end = stream.Length;
        RecordFile.Write(stream, Encoding.ASCII.GetBytes("second"));
        byte[] whole = stream.ToArray();
        Assert.That(RecordFile.Read(whole), Has.Count.EqualTo(2));
        for (long position = end; position < whole.Length; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            Assert.That(RecordFile.Read(damaged), Has.Count.EqualTo(1), $"byte {position}");
            Assert.That(RecordFile.Read(whole.AsMemory(0, (int)position)), Has.Count.EqualTo(1), $"{position} bytes");
        }
    }

    [Test]
    public void TensorBoard_itself_reads_the_events()
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python) || Start(Python, "import tensorboard").Code != 0)
            Assert.Ignore($"{Python} with the package tensorboard is not installed.");
        using (EventFile file = EventFile.Begin(Folder.Path, 0))
            file.WriteScalars(7, KeyValuePair.Create("loss", 0.5));
        (int code, string output) = Start(Python, $"""
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator({'"'}{Folder.Path}{'"'})
            events.Reload()
            print([(e.step, e.value) for e in events.Scalars('loss')])
            """);
        Assert.That((code, output.Trim()), Is.EqualTo((0, "[(7, 0.5)]")));
    }

    private static (int Code, string Output) Start(string python, string script)
    {
        using Process process = Process.Start(new ProcessStartInfo(python, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
    }
}
