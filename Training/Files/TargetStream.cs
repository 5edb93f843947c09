namespace SegFromScratch.Training.Files;

/// <summary>
/// The temporary file that becomes a file that was asked for. What the operating system refuses is told as a failure to write that file; so whoever fills the stream can be told
/// apart from it, also where both fail with an <see cref="IOException"/>.
/// </summary>
internal sealed class TargetStream : Stream
{
    private const int BufferSize = 1 << 16;

    private readonly FileStream _file;
    private readonly string _target;
    private bool _failed;

    /// <summary>Creates the temporary file.</summary>
    /// <param name="temporary">The temporary file; there must be none.</param>
    /// <param name="target">What messages call it.</param>
    /// <exception cref="FileWriteException">It cannot be created.</exception>
    public TargetStream(string temporary, string target)
    {
        _target = target;
        _file = FileWriteException.Guard(target, () => new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize));
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _file.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Brings everything to the disk.</summary>
    /// <exception cref="FileWriteException">It cannot be written.</exception>
    public void Finish() => Guard(() => _file.Flush(flushToDisk: true));

    /// <inheritdoc/>
    public override void Flush() => Guard(_file.Flush);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Guard(() => _file.Read(buffer, offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _file.Read(buffer);
        }
        catch (Exception cause) when (FileWriteException.IsRefusal(cause))
        {
            throw Failure(cause);
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Guard(() => _file.Seek(offset, origin));

    /// <inheritdoc/>
    public override void SetLength(long value) => Guard(() => _file.SetLength(value));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (Exception cause) when (FileWriteException.IsRefusal(cause))
        {
            throw Failure(cause);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        try
        {
            _file.Dispose();
        }
        catch (Exception cause) when (_failed && FileWriteException.IsRefusal(cause))
        {
            // Closing tries the refused bytes once more; the first refusal is already on its way.
        }
    }

    private void Guard(Action action) => Guard(() =>
    {
        action();
        return 0;
    });

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception cause) when (FileWriteException.IsRefusal(cause))
        {
            throw Failure(cause);
        }
    }

    private FileWriteException Failure(Exception cause)
    {
        _failed = true;
        return FileWriteException.For(_target, cause);
    }
}
