using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>A network that gives each pixel of an image one logit a class.</summary>
/// <param name="device">Where its parameters lie.</param>
/// <param name="classes">Logits a pixel.</param>
public abstract class SegmentationModel(Device device, int classes) : Module(device)
{
    private readonly List<Module> _encoder = [];

    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The modules that turn the image into features: those that are an <see cref="IEncoder"/>, and those that the network has marked.</summary>
    public IEnumerable<Module> Encoder => Modules().Select(m => m.Module).Where(module => module is IEncoder).Concat(_encoder);

    /// <summary>Logits a pixel.</summary>
    public int Classes => classes;

    /// <summary>Rows and columns that the output lacks at each side of the input: 0, or 92 for the valid convolutions of U-Net 2015.</summary>
    public virtual int Margin => 0;

    /// <summary>The smallest input size that the network can take and whose output covers so many rows or columns.</summary>
    public abstract int InputSizeFor(int outputSize);

    /// <summary>
    /// What training compares with the truth: the logits, and those of auxiliary heads where the network has some, each with the weight of its loss.
    /// The caller owns one reference to each.
    /// </summary>
    public virtual IReadOnlyList<WeightedLogits> ForwardAll(Step step, Tensor input) => [new WeightedLogits(Forward(step, input), 1)];

    /// <summary>Notes that a module belongs to <see cref="Encoder"/>, in networks whose encoder is not one module.</summary>
    protected T MarkEncoder<T>(T module)
        where T : Module
    {
        _encoder.Add(module);
        return module;
    }

    /// <summary>Refuses an input that the network cannot take, and says which it could.</summary>
    /// <exception cref="ArgumentException">A side is not one of those that <see cref="InputSizeFor"/> gives.</exception>
    protected void CheckInput(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int height = InputSizeFor(Math.Max(1, input.Shape.Height - (2 * Margin))), width = InputSizeFor(Math.Max(1, input.Shape.Width - (2 * Margin)));
        if ((height, width) != (input.Shape.Height, input.Shape.Width))
            throw new ArgumentException($"{Name} cannot take images of {input.Shape.Width}x{input.Shape.Height}; the next size it can take is {width}x{height}", nameof(input));
    }
}
