namespace SegFromScratch.Engine.Devices;

/// <summary>With which numbers products are computed. Sums, weights and everything else stay float32.</summary>
public enum MatrixPrecision
{
    /// <summary>float32, 24 bits of mantissa: the default.</summary>
    Float32,

    /// <summary>Factors are rounded to 10 bits of mantissa, with the range of float32.</summary>
    TensorFloat32,

    /// <summary>Factors are rounded to 7 bits of mantissa, with the range of float32, so that no loss needs scaling.</summary>
    BFloat16,
}

/// <summary>The names of precisions on the command line.</summary>
public static class MatrixPrecisions
{
    /// <summary>The names, in the order of <see cref="MatrixPrecision"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["fp32", "tf32", "bf16"];

    /// <summary>The name of a precision.</summary>
    public static string Name(MatrixPrecision precision) => Names[(int)precision];

    /// <summary>The precision of a name.</summary>
    /// <exception cref="DeviceException">There is none of that name.</exception>
    public static MatrixPrecision Parse(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return (MatrixPrecision)i;
        }

        throw new DeviceException($"there is no precision '{name}': use one of {string.Join(", ", Names)}");
    }
}
