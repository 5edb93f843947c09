using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>Brings the tensors of a case to the device when an operation asks for them.</summary>
/// <param name="step">The step they live in.</param>
/// <param name="file">The file they lie in.</param>
/// <param name="verificationCase">The case.</param>
internal sealed class VerificationInputs(Step step, SafeTensorsFile file, VerificationCase verificationCase)
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>The tensors that were asked for, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>True if the case has the input.</summary>
    public bool Has(string name) => verificationCase.Inputs.Contains(name);

    /// <summary>Features, in the device's layout.</summary>
    public Tensor Feature(string name) => Upload(name, shape => step.Create(shape, name, IsDifferentiable(name)));

    /// <summary>A weight or a vector a channel, with channel block 1.</summary>
    public Tensor Parameter(string name) => Upload(name, shape => step.Create(new TensorLayout(shape, 1), name, IsDifferentiable(name)));

    /// <summary>A parameter that the case may lack.</summary>
    public Tensor? OptionalParameter(string name) => Has(name) ? Parameter(name) : null;

    /// <summary>Class indices.</summary>
    public DeviceArray<int> ClassMap(string name) =>
        step.InputArray<int>(Array.ConvertAll(file.ReadInt64(FullName(name)), value => checked((int)value)), name);

    /// <summary>Whole numbers that lie as the elements of a tensor do: where maxima came from.</summary>
    public DeviceArray<int> Indices(string name, TensorLayout layout)
    {
        long[] values = file.ReadInt64(FullName(name));
        var memory = new int[layout.Length];
        for (int i = 0; i < memory.Length; i++)
        {
            TensorPosition at = layout.Position(i);
            if (at.C < layout.Channels)
                memory[i] = checked((int)values[(((((at.N * layout.Channels) + at.C) * layout.Height) + at.Y) * layout.Width) + at.X]);
        }

        return step.InputArray<int>(memory, name);
    }

    /// <summary>The shape of a tensor of the file: vectors lie along the channels, matrices are images by channels, scalars are 1x1x1x1.</summary>
    public TensorShape Shape(string name)
    {
        int[] shape = [.. file.Entry(FullName(name)).Shape.Select(size => checked((int)size))];
        return shape.Length switch
        {
            0 => TensorShape.Scalar,
            1 => TensorShape.Vector(shape[0]),
            2 => new TensorShape(shape[0], shape[1], 1, 1),
            4 => new TensorShape(shape[0], shape[1], shape[2], shape[3]),
            _ => throw new InvalidDataException($"{file.Path}: tensor '{FullName(name)}' has {shape.Length} dimensions, not 0, 1, 2 or 4"),
        };
    }

    /// <summary>A tensor's numbers.</summary>
    public float[] Values(string name) => file.ReadSingle(FullName(name));

    private string FullName(string name) => $"{verificationCase.Name}.{name}";

    private bool IsDifferentiable(string name) => verificationCase.Gradients.Contains(name);

    private Tensor Upload(string name, Func<TensorShape, Tensor> create)
    {
        Tensor tensor = create(Shape(name));
        tensor.Write(Values(name));
        _tensors[name] = tensor;
        return tensor;
    }
}
