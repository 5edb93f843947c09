namespace SegFromScratch.Training.Files;

/// <summary>A file that could not be written. The message names the file and the reason, in one line; the file's former content is untouched.</summary>
public sealed class FileWriteException : IOException
{
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
            UnauthorizedAccessException => "no permission to write there",
            DirectoryNotFoundException => "its folder does not exist",
            _ => OneLine.Text(WithoutPath(cause.Message)),
        };
        return new FileWriteException($"Cannot write '{OneLine.Text(path)}': {reason}.", cause);
    }

    // The framework adds the path that failed, here a temporary one that the user has never seen: "No space left on device : '/...'".
    private static string WithoutPath(string message)
    {
        int path = message.IndexOf(" : '", StringComparison.Ordinal);
        return path < 0 ? message : message[..path];
    }
}
