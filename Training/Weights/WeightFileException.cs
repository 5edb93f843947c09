namespace SegFromScratch.Training.Weights;

/// <summary>
/// A weight file that cannot be used. The message names the file, the tensor if there is one, and what is wrong, in one line; only
/// where many tensors do not fit a model, lists follow on lines of their own.
/// </summary>
public sealed class WeightFileException : IOException
{
    /// <summary>Creates the exception without a message.</summary>
    public WeightFileException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public WeightFileException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public WeightFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
