using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Optimization;

/// <summary>The learning rate of every step, as a function of the step alone, so that a resumed run goes on exactly as it would have.</summary>
public sealed class LearningRateSchedule
{
    private const string WarmUpSteps = "warm_up_steps", WarmUpEpochs = "warm_up_epochs", WarmUpStart = "warm_up_start", Minimum = "minimum";

    // The settings of each schedule beside those that all have.
    private static readonly Dictionary<string, string[]> s_settings = new()
    {
        ["constant"] = [],
        ["poly"] = ["power"],
        ["cosine"] = [],
        ["step"] = ["every_epochs", "every_steps", "factor"],
        ["staircase"] = ["epochs", "factors"],
        [PlateauFactor.Name] = [.. PlateauFactor.Settings],
    };

    // The epochs from which the rate is each of these factors of the base: Atienza, "Advanced Deep Learning with TensorFlow 2 and Keras", chapter 12, as its code has it.
    private static readonly double[] s_bookEpochs = [41, 61, 81];
    private static readonly double[] s_bookFactors = [0.5, 0.1, 0.05];

    private readonly double _baseRate, _minimum;
    private readonly double? _warmUpStart;
    private readonly long _warmUp, _total, _stepsPerEpoch;
    private readonly Func<long, double> _factor;

    private LearningRateSchedule(NamedOptions schedule, double baseRate, long totalSteps, long stepsPerEpoch)
    {
        (Name, _baseRate, _total, _stepsPerEpoch) = (schedule.Name, baseRate, Math.Max(1, totalSteps), Math.Max(1, stepsPerEpoch));
        _warmUp = schedule.GetInt32(WarmUpSteps, 0) + (long)Math.Round(schedule.GetDouble(WarmUpEpochs, 0) * _stepsPerEpoch);
        _warmUpStart = schedule.Options.ContainsKey(WarmUpStart) ? schedule.GetDouble(WarmUpStart, 0) : null;
        _minimum = schedule.GetDouble(Minimum, 0);
        _factor = FactorOf(schedule);
        Require(_warmUp >= 0 && _minimum >= 0 && _warmUpStart is null or (>= 0 and <= 1), "warm-up and minimum must not be negative, and the start of the warm-up not above 1");
    }

    /// <summary>The names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_settings.Keys];

    /// <summary>How a schedule is typed, for help texts.</summary>
    public const string Grammar = "NAME[:SETTING=VALUE,...], several numbers joined by /, such as step:every_epochs=10,factor=0.1 or staircase:epochs=41/61/81,factors=0.5/0.1/0.05";

    /// <summary>One of <see cref="Names"/>.</summary>
    public string Name { get; }

    /// <summary>Reads a schedule as it is typed.</summary>
    /// <exception cref="ConfigurationException">It is not typed as <see cref="Grammar"/> says, or there is no such schedule.</exception>
    public static NamedOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        var schedule = new NamedOptions { Name = parts[0].Trim() };
        foreach (string setting in parts.Length == 1 ? [] : parts[1].Split(','))
        {
            string[] pair = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length < 2 || pair.Any(part => part.Length == 0))
                throw new ConfigurationException($"schedule '{OneLine.Text(text)}': '{OneLine.Text(setting)}' is no SETTING=VALUE; give {Grammar}.");

            // Several numbers are a list; one number may have to be one too, which the setting's name tells.
            bool isList = pair[1].Contains('/', StringComparison.Ordinal) || pair[0] is "epochs" or "factors";
            schedule = schedule.With(pair[0], isList ? $"[{pair[1].Replace('/', ',')}]" : pair[1]);
        }

        // Said now, before data are opened: a name or a number that there is not.
        Create(schedule, 1, 1, 1);
        if (schedule.Name == PlateauFactor.Name)
            _ = new PlateauFactor(schedule);
        return schedule;
    }

    /// <summary>Makes a schedule.</summary>
    /// <param name="schedule">Its name and settings.</param>
    /// <param name="baseRate">The rate that factors are of.</param>
    /// <param name="totalSteps">The steps of the whole run.</param>
    /// <param name="stepsPerEpoch">The steps of an epoch.</param>
    /// <exception cref="ConfigurationException">The name or a setting is unknown, or a number impossible.</exception>
    public static LearningRateSchedule Create(NamedOptions schedule, double baseRate, long totalSteps, long stepsPerEpoch)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (!s_settings.TryGetValue(schedule.Name, out string[]? settings))
            throw new ConfigurationException($"schedule '{schedule.Name}' is unknown: choose {string.Join(", ", Names)}");
        schedule.RequireKnown([WarmUpSteps, WarmUpEpochs, WarmUpStart, Minimum, .. settings]);
        if (!(baseRate > 0) || !double.IsFinite(baseRate))
            throw new ConfigurationException($"the learning rate must be above 0, not {baseRate}");
        return new LearningRateSchedule(schedule, baseRate, totalSteps, stepsPerEpoch);
    }

    /// <summary>
    /// The rate of a step, from 0. With t the share of the run after the warm-up that is done: poly base * (1 - t)^power (Liu et al. 2015, "ParseNet"), cosine base * (1 + cos(pi t)) / 2
    /// (Loshchilov and Hutter 2017). step: base * factor^k after k times so many epochs or steps. staircase: the factor of the last of its epochs that has begun, epochs counted from 0.
    /// Warm-up: base * (step + 1) / steps, or with a start s, base * (s + (1 - s) * step / steps).
    /// </summary>
    public double Rate(long step)
    {
        if (step >= _warmUp)
            return Math.Max(_minimum, _baseRate * _factor(step));
        return _baseRate * (_warmUpStart is { } start ? start + ((1 - start) * step / _warmUp) : (step + 1) / (double)_warmUp);
    }

    private Func<long, double> FactorOf(NamedOptions schedule)
    {
        switch (schedule.Name)
        {
            case "poly":
                double power = schedule.GetDouble("power", 0.9);
                return step => Math.Pow(1 - Done(step), power);
            case "cosine":
                return step => (1 + Math.Cos(Math.PI * Done(step))) / 2;
            case "step":
                long every = schedule.Options.ContainsKey("every_steps") ? schedule.GetInt32("every_steps", 1) : schedule.GetInt32("every_epochs", 10) * _stepsPerEpoch;
                double factor = schedule.GetDouble("factor", 0.1);
                Require(every >= 1 && factor > 0, "a step must come every so many epochs or steps, and its factor be above 0");
                return step => Math.Pow(factor, step / every);
            case "staircase":
                return Staircase(NumbersOr(schedule, "epochs", s_bookEpochs), NumbersOr(schedule, "factors", s_bookFactors));
            default:
                return _ => 1;
        }
    }

    private Func<long, double> Staircase(IReadOnlyList<double> epochs, IReadOnlyList<double> factors)
    {
        Require(epochs.Count == factors.Count && epochs.Zip(epochs.Skip(1)).All(pair => pair.First < pair.Second) && factors.All(factor => factor > 0), "a staircase has a factor above 0 for each of its rising epochs");
        return step =>
        {
            double factor = 1;
            for (int i = 0; i < epochs.Count && step / _stepsPerEpoch >= epochs[i]; i++)
                factor = factors[i];
            return factor;
        };
    }

    private static IReadOnlyList<double> NumbersOr(NamedOptions schedule, string setting, double[] fallback) =>
        schedule.Options.ContainsKey(setting) ? schedule.GetNumbers(setting) : fallback;

    private double Done(long step) => Math.Min(1, (step - _warmUp) / (double)Math.Max(1, _total - _warmUp));

    private void Require(bool holds, string rule)
    {
        if (!holds)
            throw new ConfigurationException($"schedule '{Name}': {rule}.");
    }
}
