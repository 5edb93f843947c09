namespace SegFromScratch.Training.Submission;

/// <summary>A submission that cannot be made or is wrong. The message is one line that says where and why.</summary>
public sealed class SubmissionException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public SubmissionException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public SubmissionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public SubmissionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
