namespace SegFromScratch.Training.Weights;

/// <summary>One tensor as a weight file describes it.</summary>
/// <param name="Name">Its key, for example <c>encoder.layer1.0.conv1.weight</c>.</param>
/// <param name="DataType">The type of its elements.</param>
/// <param name="Shape">Its sizes, outermost first; empty for a single number. Whoever makes an entry has checked that their product fits 64 bits.</param>
public record WeightEntry(string Name, WeightDataType DataType, IReadOnlyList<long> Shape)
{
    /// <summary>The number of elements: the product of the shape, 1 for an empty shape.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The bytes of its elements, without gaps.</summary>
    public long ByteLength => Elements * DataType.Size();
}
