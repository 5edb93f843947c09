namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>Count, mean and squared deviations of numbers that are seen once each.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of their squared deviations from it.</param>
public readonly record struct ChannelMoments(float Count, float Mean, float Squares)
{
    /// <summary>With one more number. Source: Welford, Technometrics 4(3), 1962.</summary>
    public ChannelMoments Add(float value)
    {
        float count = Count + 1f;
        float deviation = value - Mean;
        float mean = Mean + (deviation / count);
        return new ChannelMoments(count, mean, Squares + (deviation * (value - mean)));
    }

    /// <summary>Of both sets together. Source: Chan, Golub and LeVeque, Stanford STAN-CS-79-773, 1979.</summary>
    public ChannelMoments Join(ChannelMoments other)
    {
        float count = Count + other.Count;
        if (count == 0f)
            return new ChannelMoments(0f, 0f, 0f);
        float distance = other.Mean - Mean;
        float share = other.Count / count;
        return new ChannelMoments(count, Mean + (distance * share), Squares + other.Squares + (distance * distance * Count * share));
    }
}
