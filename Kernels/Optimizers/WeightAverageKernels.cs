namespace SegFromScratch.Kernels.Optimizers;

/// <summary>How an average follows.</summary>
/// <param name="Take">The share of the value.</param>
public readonly record struct WeightAverageFactors(float Take) : IUpdateRule
{
    /// <summary>average = average + take * (value - average).</summary>
    public void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second) =>
        target[index] += Take * (source[index] - target[index]);
}

/// <summary>How an average and its value change places.</summary>
public readonly record struct Exchange : IUpdateRule
{
    /// <summary>target and source change places.</summary>
    public void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second)
    {
        float kept = target[index];
        target[index] = source[index];
        source[index] = kept;
    }
}

/// <summary>The average and its change of places with the weights.</summary>
public static class WeightAverageKernels
{
    /// <summary><see cref="WeightAverageFactors.Apply"/> for every element of up to eight averages. Those that are missing are empty.</summary>
    [Kernel]
    public static void Follow(
        ArrayView<float> average0, ArrayView<float> value0,
        ArrayView<float> average1, ArrayView<float> value1,
        ArrayView<float> average2, ArrayView<float> value2,
        ArrayView<float> average3, ArrayView<float> value3,
        ArrayView<float> average4, ArrayView<float> value4,
        ArrayView<float> average5, ArrayView<float> value5,
        ArrayView<float> average6, ArrayView<float> value6,
        ArrayView<float> average7, ArrayView<float> value7,
        WeightAverageFactors factors) =>
        EightParameters.Apply(
            average0, value0, default(ArrayView<float>), default(ArrayView<float>),
            average1, value1, default(ArrayView<float>), default(ArrayView<float>),
            average2, value2, default(ArrayView<float>), default(ArrayView<float>),
            average3, value3, default(ArrayView<float>), default(ArrayView<float>),
            average4, value4, default(ArrayView<float>), default(ArrayView<float>),
            average5, value5, default(ArrayView<float>), default(ArrayView<float>),
            average6, value6, default(ArrayView<float>), default(ArrayView<float>),
            average7, value7, default(ArrayView<float>), default(ArrayView<float>),
            factors);

    /// <summary><see cref="Exchange.Apply"/> for every element of up to eight averages. Those that are missing are empty.</summary>
    [Kernel]
    public static void Swap(
        ArrayView<float> average0, ArrayView<float> value0,
        ArrayView<float> average1, ArrayView<float> value1,
        ArrayView<float> average2, ArrayView<float> value2,
        ArrayView<float> average3, ArrayView<float> value3,
        ArrayView<float> average4, ArrayView<float> value4,
        ArrayView<float> average5, ArrayView<float> value5,
        ArrayView<float> average6, ArrayView<float> value6,
        ArrayView<float> average7, ArrayView<float> value7) =>
        EightParameters.Apply(
            average0, value0, default(ArrayView<float>), default(ArrayView<float>),
            average1, value1, default(ArrayView<float>), default(ArrayView<float>),
            average2, value2, default(ArrayView<float>), default(ArrayView<float>),
            average3, value3, default(ArrayView<float>), default(ArrayView<float>),
            average4, value4, default(ArrayView<float>), default(ArrayView<float>),
            average5, value5, default(ArrayView<float>), default(ArrayView<float>),
            average6, value6, default(ArrayView<float>), default(ArrayView<float>),
            average7, value7, default(ArrayView<float>), default(ArrayView<float>),
            default(Exchange));
}
