namespace SegFromScratch.Training.Images;

/// <summary>The bytes of a picture file with the name that messages give it and the limits it must keep.</summary>
internal sealed class ImageSource(byte[] data, string name, ImageLimits limits)
{
    public byte[] Data { get; } = data;

    public ImageLimits Limits { get; } = limits;

    /// <summary>The exception for this file, to be thrown by the caller.</summary>
    public ImageFormatException Error(string problem) => new($"{name}: {problem}");

    /// <summary>The same, where a library that does part of the work has said why.</summary>
    public ImageFormatException Error(string problem, Exception cause) => new($"{name}: {problem}", cause);

    /// <summary>Refuses empty pictures and those beyond the limit.</summary>
    public void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1)
            throw Error($"the header says {width}x{height} pixels, and a picture has at least one of each.");
        if (width > Limits.MaximumPixels / height)
            throw Error($"{width}x{height} pixels are more than the limit of {Limits.MaximumPixels}.");
    }

    /// <summary>Allocates a buffer that a size from the file asks for.</summary>
    public byte[] Allocate(long bytes)
    {
        if (bytes > Array.MaxLength)
            throw Error($"{bytes} bytes of pixels are more than one array can hold.");
        return new byte[bytes];
    }
}
