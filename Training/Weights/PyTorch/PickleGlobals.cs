namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>
/// The few names that a file of weights asks for, and what calling them gives. Python would import and run whatever a pickle names;
/// here a name is a word from this list, and anything else ends the reading.
/// </summary>
/// <remarks>What they mean is in PyTorch's <c>torch/_utils.py</c> and <c>torch/serialization.py</c>.</remarks>
internal static class PickleGlobals
{
    private const string StorageSuffix = "Storage";

    private static readonly PickleGlobal _orderedDictionary = new("collections", "OrderedDict");
    private static readonly PickleGlobal _tensor = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PickleGlobal _parameter = new("torch._utils", "_rebuild_parameter");
    private static readonly PickleGlobal _size = new("torch", "Size");

    private static readonly Dictionary<string, WeightDataType> _storages = new(StringComparer.Ordinal)
    {
        ["Double"] = WeightDataType.Double,
        ["Float"] = WeightDataType.Single,
        ["Half"] = WeightDataType.Half,
        ["BFloat16"] = WeightDataType.BFloat16,
        ["Long"] = WeightDataType.Int64,
        ["Int"] = WeightDataType.Int32,
        ["Byte"] = WeightDataType.Byte,
        ["Bool"] = WeightDataType.Boolean,
    };

    /// <summary>Whether a name is on the list.</summary>
    public static bool IsKnown(PickleGlobal global) =>
        global == _orderedDictionary || global == _tensor || global == _parameter || global == _size || StorageType(global) is not null;

    /// <summary>The value of a call; null if the name cannot be called with these arguments.</summary>
    public static object? Call(PickleGlobal global, object?[] arguments)
    {
        if (global == _orderedDictionary)
            return arguments.Length == 0 ? new PickleDictionary() : null;
        if (global == _size)
            return arguments is [object?[] sizes] ? sizes : null;
        if (global == _parameter)
            return arguments is [PickleTensor data, _, _] ? data : null;
        return global == _tensor ? Tensor(arguments) : null;
    }

    /// <summary>The storage that a persistent identifier names: <c>("storage", torch.FloatStorage, key, location, elements)</c>; null if it is of another form.</summary>
    public static PickleStorage? Storage(object? identifier) =>
        identifier is object?[] and ["storage", PickleGlobal type, string key, string, long and >= 0 and var elements] && StorageType(type) is { } dataType
            ? new PickleStorage(key, dataType, elements)
            : null;

    // storage, offset, size, stride, requires_grad, backward_hooks and, in newer versions, metadata.
    private static PickleTensor? Tensor(object?[] arguments) =>
        arguments.Length is 6 or 7 && arguments is [PickleStorage storage, long and >= 0 and var offset, object?[] size, object?[] stride, ..]
            && Numbers(size) is { } shape && Numbers(stride) is { } strides && shape.Length == strides.Length
            ? new PickleTensor(storage, offset, shape, strides)
            : null;

    private static long[]? Numbers(object?[] values) =>
        values.All(value => value is >= 0L) ? Array.ConvertAll(values, value => (long)value!) : null;

    private static WeightDataType? StorageType(PickleGlobal global) =>
        global.Module == "torch" && global.Name.EndsWith(StorageSuffix, StringComparison.Ordinal)
            && _storages.TryGetValue(global.Name[..^StorageSuffix.Length], out WeightDataType type)
            ? type
            : null;
}
