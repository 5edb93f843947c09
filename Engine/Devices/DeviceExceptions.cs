namespace SegFromScratch.Engine.Devices;

/// <summary>A device cannot be used or its driver refused something. The message is one line that says what would mend it.</summary>
public class DeviceException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public DeviceException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A device has too little memory left.</summary>
public sealed class OutOfDeviceMemoryException : DeviceException
{
    /// <summary>Creates the exception without a message.</summary>
    public OutOfDeviceMemoryException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    public OutOfDeviceMemoryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    public OutOfDeviceMemoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
