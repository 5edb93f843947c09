using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Cropping;

/// <summary>Cases of <see cref="Cropping"/>. Numbers are only copied, so they must come out equal.</summary>
internal sealed class CroppingCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case(new(2, 5, 6, 7), new CropWindow(1, 2, 3, 4));
        yield return Case(new(1, 1, 1, 1), new CropWindow(0, 0, 1, 1));
        yield return Case(new(1, 17, 5, 4), new CropWindow(4, 3, 1, 1));
        yield return Case(new(1, 33, 4, 3), new CropWindow(0, 0, 4, 3));
        yield return Case(new(3, 2, 9, 8), CropWindow.Centre(new(3, 2, 9, 8), 4, 5));
    }

    private static OperationCase Case(TensorShape input, CropWindow window)
    {
        var random = new CheckRandom($"cropping {input}");
        return new OperationCase
        {
            Operation = "cropping",
            Name = $"{input} to {window.Height}x{window.Width} at {window.Top},{window.Left}",
            Inputs = [CheckInput.Feature("x", random.SmallIntegers(input))],
            Tolerance = 0,
            Forward = inputs => CroppingReference.Forward(inputs[0], window),
            Backward = (_, outputGradient) => [CroppingReference.Backward(input, outputGradient, window)],
            Run = (step, tensors) => Cropping.Apply(step, tensors[0], window),
        };
    }
}
