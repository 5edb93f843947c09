namespace SegFromScratch.Training.Data;

/// <summary>A data set that cannot be used as it is. The message is one line: the file, what is wrong with it, what would mend it.</summary>
public sealed class DataSetException : IOException
{
    /// <summary>Creates the exception without a message.</summary>
    public DataSetException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public DataSetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public DataSetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
