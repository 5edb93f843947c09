namespace SegFromScratch.Training.Images;

/// <summary>A picture that cannot be read. The message names the file and what is wrong with it, in one line.</summary>
public sealed class ImageFormatException : IOException
{
    /// <summary>Creates the exception without a message.</summary>
    public ImageFormatException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public ImageFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public ImageFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
