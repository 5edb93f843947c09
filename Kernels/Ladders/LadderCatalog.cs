using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Ladders;

/// <summary>All operations with a ladder.</summary>
public static class LadderCatalog
{
    /// <summary>The ladders by name.</summary>
    public static IReadOnlyList<ILadder> All { get; } =
        [.. typeof(LadderCatalog).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(ILadder).IsAssignableFrom(type))
            .Select(type => (ILadder)Activator.CreateInstance(type)!)
            .OrderBy(ladder => ladder.Name, StringComparer.Ordinal)];

    /// <summary>Bytes of tensors of float32 that are each read or written once.</summary>
    internal static long Bytes(params ReadOnlySpan<TensorShape> shapes)
    {
        long elements = 0;
        foreach (TensorShape shape in shapes)
            elements += shape.Elements;
        return sizeof(float) * elements;
    }

    /// <summary>Reads whole numbers above zero, parted by commas.</summary>
    /// <param name="text">The numbers.</param>
    /// <param name="count">How many there must be.</param>
    /// <param name="form">How the shape is written, for the message.</param>
    /// <exception cref="ArgumentException">There are more or fewer, or one is no such number.</exception>
    public static int[] Sizes(string text, int count, string form)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',');
        var sizes = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out sizes[i]) || sizes[i] < 1)
                throw new ArgumentException($"'{text}' is not a shape of the form {form}", nameof(text));
        }

        return sizes.Length == count ? sizes : throw new ArgumentException($"'{text}' is not a shape of the form {form}", nameof(text));
    }
}
