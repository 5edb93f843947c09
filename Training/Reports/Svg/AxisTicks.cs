using System.Globalization;

namespace SegFromScratch.Training.Reports.Svg;

/// <summary>An axis that begins and ends at round numbers: multiples of 1, 2 or 5 times a power of ten.</summary>
/// <param name="From">The first tick.</param>
/// <param name="To">The last tick.</param>
/// <param name="Step">Between two ticks.</param>
public readonly record struct AxisTicks(double From, double To, double Step)
{
    /// <summary>The ticks from <see cref="From"/> to <see cref="To"/>.</summary>
    public IEnumerable<double> Values
    {
        get
        {
            double from = From, step = Step;
            return Enumerable.Range(0, (int)Math.Round((To - From) / Step) + 1).Select(tick => from + (tick * step));
        }
    }

    /// <summary>An axis around values.</summary>
    /// <param name="least">The least value.</param>
    /// <param name="greatest">The greatest value.</param>
    /// <param name="most">About how many ticks.</param>
    /// <param name="leastStep">No two ticks are closer than this, a power of ten: 1 for an axis that counts.</param>
    public static AxisTicks Around(double least, double greatest, int most, double leastStep = 0)
    {
        if (!(greatest > least))
            (least, greatest) = least == 0 ? (0, 1) : (least - (Math.Abs(least) / 2), least + (Math.Abs(least) / 2));
        double rough = (greatest - least) / Math.Max(1, most - 1), power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (Quotient(rough, power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        step = Math.Max(step, leastStep);
        return new AxisTicks(Math.Floor(Quotient(least, step)) * step, Math.Ceiling(Quotient(greatest, step)) * step, step);
    }

    // 1e-5 / 5e-6 is a little more than 2 in binary; a tick more for that would be nonsense.
    private static double Quotient(double value, double unit) => Math.Round(value / unit, 9);

    /// <summary>A tick as text: only the digits that the step needs.</summary>
    public string Text(double tick) => Math.Abs(Step) is >= 1e-4 and < 1e6
        ? Math.Round(tick, 6).ToString("0.######", CultureInfo.InvariantCulture)
        : tick.ToString("0.##e0", CultureInfo.InvariantCulture);
}
