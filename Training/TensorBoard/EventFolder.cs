using System.Globalization;
using Google.Protobuf;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>The event files of a run: one for each time that it was started or resumed. TensorBoard reads the folder as one run.</summary>
internal static class EventFolder
{
    private const string Prefix = "events.out.tfevents.";

    /// <summary>Event files, oldest first.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, $"{Prefix}*").Order(StringComparer.Ordinal)] : [];

    /// <summary>The name of the next file. TensorBoard reads files in the order of their names, so the time in it must not go back.</summary>
    public static string NextPath(string folder, DateTimeOffset now)
    {
        long last = Files(folder).Select(TimeOf).DefaultIfEmpty().Max();
        string time = Math.Max(now.ToUnixTimeSeconds(), last + 1).ToString("d10", CultureInfo.InvariantCulture);
        return Path.Combine(folder, $"{Prefix}{time}.seg");
    }

    /// <summary>Removes what a killed process wrote about steps after its last checkpoint, which will be done again, and what it left half-written.</summary>
    /// <returns>The last step that is left; 0 where there is none.</returns>
    /// <exception cref="FileWriteException">A shortened file cannot be written.</exception>
    public static long DropAfter(string folder, long step)
    {
        AtomicFile.RemoveLeftovers(folder);
        long last = 0;
        foreach (string path in Files(folder))
        {
            byte[] file = File.ReadAllBytes(path);
            using var kept = new MemoryStream(file.Length);
            foreach (ReadOnlyMemory<byte> record in RecordFile.Read(file))
            {
                if (StepOf(record) is not { } own || own > step)
                    continue;
                RecordFile.Write(kept, record.Span);
                last = Math.Max(last, own);
            }

            if (kept.Length != file.Length)
                AtomicFile.WriteBytes(path, kept.ToArray());
        }

        return last;
    }

    private static long? StepOf(ReadOnlyMemory<byte> record)
    {
        try
        {
            return EventMessage.StepOf(record);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static long TimeOf(string path) =>
        long.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : 0;
}
