namespace SegFromScratch.Training.Trainer;

/// <summary>Training cannot begin or go on. The message is one line that says what would mend it.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TrainingException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public TrainingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
