using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>
/// An event file that TensorBoard reads while it grows. What was written is in the hands of the operating system after <see cref="Flush"/>, so a killed process loses the events after the last one only.
/// </summary>
public sealed class EventFile : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    private EventFile(FileStream stream, TimeProvider clock, long lastStep) => (_stream, _clock, LastStep) = (stream, clock, lastStep);

    /// <summary>The last step in the older files of the folder; 0 where there is none.</summary>
    public long LastStep { get; }

    /// <summary>The file.</summary>
    public string Path => _stream.Name;

    /// <summary>Begins a new file in a run's folder of events, which is made where there is none. Older files lose what they say about later steps than the one that the run goes on from.</summary>
    /// <param name="folder">The folder of events.</param>
    /// <param name="step">Steps that the run has done.</param>
    /// <param name="clock">Gives each event its time; null for the system's.</param>
    /// <exception cref="FileWriteException">The folder or the file cannot be written.</exception>
    public static EventFile Begin(string folder, long step, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        clock ??= TimeProvider.System;
        return FileWriteException.Guard(folder, () =>
        {
            Directory.CreateDirectory(folder);
            long lastStep = EventFolder.DropAfter(folder, step);
            string path = EventFolder.NextPath(folder, clock.GetUtcNow());
            var file = new EventFile(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferSize), clock, lastStep);
            file.Write(EventMessage.FileVersion(file.WallTime));
            if (step > 0)
                file.Write(EventMessage.Restart(file.WallTime, step + 1));
            file.Flush();
            return file;
        });
    }

    /// <summary>Writes numbers of one step.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void WriteScalars(long step, params IEnumerable<KeyValuePair<string, double>> values) => Write(EventMessage.Scalars(WallTime, step, values));

    /// <summary>Writes a picture.</summary>
    /// <param name="step">The step that it shows.</param>
    /// <param name="tag">Its name; a part before '/' is its group.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="png">The picture as a PNG of red, green and blue.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void WriteImage(long step, string tag, int width, int height, ReadOnlySpan<byte> png) => Write(EventMessage.Image(WallTime, step, tag, width, height, png));

    /// <summary>Writes a histogram.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void WriteHistogram(long step, string tag, ValueHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        Write(EventMessage.Histogram(WallTime, step, tag, histogram));
    }

    /// <summary>Hands what was written to the operating system.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Flush() => FileWriteException.Guard(Path, _stream.Flush);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception cause) when (FileWriteException.IsRefusal(cause))
        {
            // Events are a copy of what the run's logs hold, and a resumed run writes those that are missing; what ended the run must not be hidden by this.
        }
    }

    private double WallTime => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private void Write(byte[] content) => FileWriteException.Guard(Path, () => RecordFile.Write(_stream, content));
}
