namespace SegFromScratch.Training.Weights;

/// <summary>One tensor as a weight file's header describes it.</summary>
/// <param name="Name">Its key, for example <c>encoder.layer1.0.conv1.weight</c>.</param>
/// <param name="DataType">The type of its elements.</param>
/// <param name="Shape">Its sizes, outermost first; empty for a single number.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where its bytes end, exclusive.</param>
public sealed record WeightEntry(string Name, WeightDataType DataType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The number of elements: the product of the shape, 1 for an empty shape.</summary>
    public long Elements => (End - Begin) / DataType.Size();
}
