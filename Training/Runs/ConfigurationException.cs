namespace SegFromScratch.Training.Runs;

/// <summary>A run that cannot begin or go on as it was asked for. The message names the file or setting and what is wrong, in one line.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public ConfigurationException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
