using System.Globalization;

namespace SegFromScratch.Engine.Devices;

/// <summary>What was found to be fastest on one device of those things that cannot be known without trying.</summary>
/// <param name="GroupSize">Work-items a group of kernels that leave it open. It changes no result.</param>
/// <param name="NarrowRows">Up to so many rows of the result a convolution takes the register tiles for few rows. Sums have another order there, so that last bits differ.</param>
public sealed record DeviceTuning(int GroupSize, int NarrowRows)
{
    private const int LargestGroup = 1024;
    private const int MostRows = 64;

    /// <summary>What is taken untried.</summary>
    public static DeviceTuning Default { get; } = new(CompiledKernel.ImplicitGroupSize, NarrowRows: 32);

    /// <summary>Reads what <see cref="Text"/> wrote; null where a text is anything else, or a number is out of bounds.</summary>
    public static DeviceTuning? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.Split(' ');
        return words.Length == 2
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int group) && group is >= 1 and <= LargestGroup
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows is >= 0 and <= MostRows
            ? new DeviceTuning(group, rows)
            : null;
    }

    /// <summary>The numbers, for a file.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"{GroupSize} {NarrowRows}");

    /// <summary>The choice in words, for logs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"groups of {GroupSize}, narrow tiles up to {NarrowRows} rows");
}
