namespace SegFromScratch.Training.Weights;

/// <summary>One tensor as the header of a safetensors file describes it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="DataType">The type of its elements.</param>
/// <param name="Shape">Its sizes, outermost first.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where its bytes end, exclusive.</param>
public sealed record SafeTensorsEntry(string Name, WeightDataType DataType, IReadOnlyList<long> Shape, long Begin, long End)
    : WeightEntry(Name, DataType, Shape);
