using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Ladders;

/// <summary>One pass of an operation at one size, for <c>seg lab</c>: how it runs on each rung, and what must come out.</summary>
public sealed class LadderPass
{
    /// <summary>The pass: product, forward, input gradient …</summary>
    public required string Name { get; init; }

    /// <summary>Two for each multiply-add.</summary>
    public required long FloatingPointOperations { get; init; }

    /// <summary>Bytes that must be read and written at least: each input and the result once, if nothing has to be read twice.</summary>
    public required long Bytes { get; init; }

    /// <summary>The rungs that have a kernel of their own; work that goes element by element has nothing to share.</summary>
    public IReadOnlyList<Rung> Rungs { get; init; } = Enum.GetValues<Rung>();

    /// <summary>The inputs, N,C,H,W.</summary>
    public required IReadOnlyList<HostTensor<double>> Inputs { get; init; }

    /// <summary>The definition: inputs to result.</summary>
    public required Func<IReadOnlyList<HostTensor<double>>, HostTensor<double>> Reference { get; init; }

    /// <summary>Runs a rung: device, rung, inputs and the result, all with channel block 1.</summary>
    public required Action<Device, Rung, IReadOnlyList<Tensor>, Tensor> Run { get; init; }

    /// <summary>The kernel that does the work on a rung of a device.</summary>
    public required Func<Device, Rung, KernelDefinition> Kernel { get; init; }
}

/// <summary>An operation with a ladder. <see cref="LadderCatalog"/> finds all.</summary>
public interface ILadder
{
    /// <summary>The operation's name on the command line.</summary>
    string Name { get; }

    /// <summary>How a shape is written.</summary>
    string ShapeForm { get; }

    /// <summary>Shapes that take a device milliseconds: those of a network's wide and narrow places.</summary>
    IReadOnlyList<string> DefaultShapes { get; }

    /// <summary>The passes for a shape, with random inputs.</summary>
    /// <exception cref="ArgumentException">The shape is not of the form, or its sizes do not fit together.</exception>
    IReadOnlyList<LadderPass> Passes(string shape);
}

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
