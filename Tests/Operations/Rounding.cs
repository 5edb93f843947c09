using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Tests.Operations;

/// <summary>Rounds as the formats' definitions say, in decimal terms of powers of two and not of bits: the factors that a rung multiplies.</summary>
internal static class Rounding
{
    /// <summary>What a rung makes of float32 numbers.</summary>
    public static HostTensor<double> Of(Rung rung, HostTensor<double> numbers) => rung switch
    {
        Rung.TensorFloat32 => Round(numbers, ToTf32),
        Rung.BFloat16 => Round(numbers, ToBf16),
        _ => numbers,
    };

    /// <summary>Eleven significant bits, halves away from zero.</summary>
    public static double ToTf32(float number) => ToBits(number, 11, MidpointRounding.AwayFromZero);

    /// <summary>Eight significant bits, halves to even.</summary>
    public static double ToBf16(float number) => ToBits(number, 8, MidpointRounding.ToEven);

    private static double ToBits(float number, int bits, MidpointRounding midpoint)
    {
        if (number == 0)
            return 0;
        double unit = Math.ScaleB(1, Math.ILogB(number) + 1 - bits);
        return Math.Round(number / unit, midpoint) * unit;
    }

    private static HostTensor<double> Round(HostTensor<double> numbers, Func<float, double> round) => new(numbers.Shape, Array.ConvertAll(numbers.Values, value => round((float)value)));
}
