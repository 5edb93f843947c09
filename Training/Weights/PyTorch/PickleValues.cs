namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>A name that a pickle asks for, such as <c>collections.OrderedDict</c>. It is never looked up, only compared.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A <c>dict</c> or an <c>OrderedDict</c>: its items in the order in which they were set.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>Numbers of one type in a file of the archive, of which tensors are views.</summary>
/// <param name="Key">The file's name under <c>data/</c>.</param>
/// <param name="DataType">The type of the elements.</param>
/// <param name="Elements">Their number.</param>
internal sealed record PickleStorage(string Key, WeightDataType DataType, long Elements);

/// <summary>A view of a storage: element (i, j, ...) lies at <c>Offset + i * Strides[0] + j * Strides[1] + ...</c>, in elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
