namespace SegFromScratch.Engine.Dialect;

/// <summary>The index of the work-item that an implicitly grouped kernel runs for; it converts to <see cref="int"/> by itself.</summary>
/// <param name="X">0 up to the extent of the launch, exclusive.</param>
public readonly record struct Index1D(int X)
{
    /// <summary>The index as a number.</summary>
    public static implicit operator int(Index1D index) => index.X;

    /// <summary>A number as an index.</summary>
    public static implicit operator Index1D(int index) => new(index);

    /// <summary>The index as a number.</summary>
    public int ToInt32() => X;

    /// <summary>A number as an index.</summary>
    public static Index1D FromInt32(int index) => new(index);
}
