namespace SegFromScratch.Training.Optimization;

/// <summary>The learning rate of every step, as a function of the step alone, so that a resumed run goes on exactly as it would have.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>The names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "poly", "cosine"];

    private LearningRateSchedule(string name, double baseRate, long totalSteps, long warmUpSteps) =>
        (Name, BaseRate, TotalSteps, WarmUpSteps) = (name, baseRate, totalSteps, warmUpSteps);

    /// <summary>constant, poly or cosine.</summary>
    public string Name { get; }

    /// <summary>The highest rate.</summary>
    public double BaseRate { get; }

    /// <summary>The steps of the whole run.</summary>
    public long TotalSteps { get; }

    /// <summary>Steps in which the rate rises linearly from near zero.</summary>
    public long WarmUpSteps { get; }

    /// <summary>Makes a schedule.</summary>
    /// <exception cref="ArgumentException">The name is unknown or a number impossible.</exception>
    public static LearningRateSchedule Create(string name, double baseRate, long totalSteps, long warmUpSteps = 0)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"schedule '{name}' is unknown: choose {string.Join(", ", Names)}", nameof(name));
        if (!(baseRate > 0) || !double.IsFinite(baseRate))
            throw new ArgumentException($"the learning rate must be above 0, not {baseRate}", nameof(baseRate));
        return new LearningRateSchedule(name, baseRate, Math.Max(1, totalSteps), warmUpSteps);
    }

    /// <summary>
    /// The rate of a step, from 0. Poly: base * (1 - t)^0.9 (Liu et al. 2015, "ParseNet"); cosine: base * (1 + cos(pi t)) / 2 (Loshchilov and Hutter 2017), with t the share of the run that is done.
    /// </summary>
    public double Rate(long step)
    {
        if (step < WarmUpSteps)
            return BaseRate * (step + 1) / WarmUpSteps;
        double done = Math.Min(1, (step - WarmUpSteps) / (double)Math.Max(1, TotalSteps - WarmUpSteps));
        return Name switch
        {
            "poly" => BaseRate * Math.Pow(1 - done, 0.9),
            "cosine" => BaseRate * (1 + Math.Cos(Math.PI * done)) / 2,
            _ => BaseRate,
        };
    }
}
