using System.Globalization;

namespace SegFromScratch.Translator.Writing;

/// <summary>Numbers as text that reads back to the same bits.</summary>
internal static class NumberText
{
    /// <summary>Decimal digits of a float or double, with a point or an exponent.</summary>
    public static string Floating(object value)
    {
        string text = value is float single ? single.ToString("R", CultureInfo.InvariantCulture) : ((double)value).ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E']) >= 0 ? text : text + ".0";
    }

    /// <summary>Digits of an integer, without a suffix.</summary>
    public static string Integer(object value, bool hexadecimal) =>
        hexadecimal ? string.Format(CultureInfo.InvariantCulture, "0x{0:X}", value) : System.Convert.ToString(value, CultureInfo.InvariantCulture);
}
