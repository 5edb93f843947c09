namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>
/// Asks the build to write unrolled micro-kernels into a partial class: the inner loops of matrix products,
/// whose sums live in registers. They are generated because the runtime keeps sums in vector registers only
/// when each is a local variable with a name of its own.
/// </summary>
/// <param name="lanes">Floats in a vector: 16 or 8.</param>
/// <param name="vectors">Vectors side by side in a tile.</param>
/// <param name="rows">Kernels are made for 1 up to this many rows; rows times vectors sums must fit the registers.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class MicroKernelsAttribute(int lanes, int vectors, int rows) : Attribute
{
    /// <summary>Floats in a vector.</summary>
    public int Lanes { get; } = lanes;

    /// <summary>Vectors side by side in a tile.</summary>
    public int Vectors { get; } = vectors;

    /// <summary>The most rows of a tile.</summary>
    public int Rows { get; } = rows;
}
