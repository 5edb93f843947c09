namespace SegFromScratch.Training.Files;

/// <summary>A file that could not be written. The message names the file and the reason, in one line; the file's former content is untouched.</summary>
public sealed class FileWriteException : IOException
{
    // ENOSPC, ERROR_DISK_FULL as HRESULT, EDQUOT: the framework hands the system's number on.
    private const int NoSpace = 28, NoSpaceOnWindows = unchecked((int)0x80070070), QuotaExceeded = 122;

    /// <summary>Creates the exception without a message.</summary>
    public FileWriteException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public FileWriteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public FileWriteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says in one line that a file could not be written, and why.</summary>
    /// <param name="path">The file that the user asked for, not a temporary one.</param>
    /// <param name="cause">What the operating system answered.</param>
    public static FileWriteException For(string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        string reason = cause switch
        {
            UnauthorizedAccessException => "no permission to write there; choose another folder, or have it allowed",
            DirectoryNotFoundException or FileNotFoundException => "its folder does not exist or takes no files; create it, or choose another",
            ArgumentOutOfRangeException => "it grew beyond what the file system or a limit of this process (ulimit -f) allows; raise the limit, or choose another disk",
            { HResult: NoSpace or NoSpaceOnWindows or QuotaExceeded } => "the disk is full or the quota used up; make room there, or choose another disk",
            _ => OneLine.Text(WithoutPath(cause.Message)),
        };
        return new FileWriteException($"Cannot write '{OneLine.Text(path)}': {reason}.", cause);
    }

    /// <summary>Does something to a file and tells a refusal of the operating system as a failure to write it.</summary>
    /// <param name="path">The file that the user asked for.</param>
    /// <param name="action">Opens, writes or renames it.</param>
    /// <exception cref="FileWriteException">The operating system refused.</exception>
    internal static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw For(path, cause);
        }
    }

    /// <summary>As <see cref="Guard{T}"/>.</summary>
    internal static void Guard(string path, Action action) => Guard(path, () =>
    {
        action();
        return 0;
    });

    /// <summary>True for what the framework throws when the operating system refuses to write. It reports a file beyond the greatest size (EFBIG) as an argument out of range.</summary>
    internal static bool IsRefusal(Exception cause) => cause is IOException and not FileWriteException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    // The framework adds the path that failed, here a temporary one that the user has never seen: "No space left on device : '/...'".
    private static string WithoutPath(string message)
    {
        int path = message.IndexOf(" : '", StringComparison.Ordinal);
        return path < 0 ? message : message[..path];
    }
}
