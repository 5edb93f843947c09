namespace SegFromScratch.Training.Weights;

/// <summary>The element types of a weight file, by the safetensors names F64, F32, F16, BF16, I64, I32, U8 and BOOL.</summary>
public enum WeightDataType
{
    /// <summary>F64: IEEE 754 double.</summary>
    Double,

    /// <summary>F32: IEEE 754 single.</summary>
    Single,

    /// <summary>F16: IEEE 754 half.</summary>
    Half,

    /// <summary>BF16: the upper 16 bits of a single.</summary>
    BFloat16,

    /// <summary>I64: signed, two's complement.</summary>
    Int64,

    /// <summary>I32: signed, two's complement.</summary>
    Int32,

    /// <summary>U8: unsigned byte.</summary>
    Byte,

    /// <summary>BOOL: one byte, 0 is false.</summary>
    Boolean,
}

/// <summary>Names and sizes of <see cref="WeightDataType"/>.</summary>
public static class WeightDataTypes
{
    private static readonly (WeightDataType Type, string Name, int Size)[] _all =
    [
        (WeightDataType.Double, "F64", 8),
        (WeightDataType.Single, "F32", 4),
        (WeightDataType.Half, "F16", 2),
        (WeightDataType.BFloat16, "BF16", 2),
        (WeightDataType.Int64, "I64", 8),
        (WeightDataType.Int32, "I32", 4),
        (WeightDataType.Byte, "U8", 1),
        (WeightDataType.Boolean, "BOOL", 1),
    ];

    /// <summary>All names, for messages.</summary>
    internal static string KnownNames { get; } = string.Join(", ", _all.Select(known => known.Name));

    /// <summary>The name that a safetensors header uses.</summary>
    public static string Name(this WeightDataType type) => _all[(int)type].Name;

    /// <summary>Bytes of one element.</summary>
    public static int Size(this WeightDataType type) => _all[(int)type].Size;

    /// <summary>Finds the type of a safetensors name; false for one that is not known here.</summary>
    public static bool TryParse(string name, out WeightDataType type)
    {
        int index = Array.FindIndex(_all, known => known.Name == name);
        type = index < 0 ? default : _all[index].Type;
        return index >= 0;
    }
}
