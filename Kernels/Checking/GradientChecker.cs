using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>
/// Checks an operation in two steps: finite differences in double against the backward pass of the textbook reference,
/// then every device, forward and each gradient, against the reference. Cotangents are random: ones would hide errors of softmax and normalisation.
/// </summary>
public static class GradientChecker
{
    // Central differences in double: the truncation error is of order h^2 and the rounding error of order 1e-16/h; both stay below 1e-7 for functions of order 1.
    private const double StepSize = 1e-5;
    private const double FiniteDifferenceTolerance = 1e-6;
    private const int MostEntriesAnInput = 40;

    /// <summary>Compares the reference's gradients with central differences of its forward pass, at up to 40 random entries an input.</summary>
    public static IReadOnlyList<CheckResult> CheckReference(OperationCase operationCase)
    {
        ArgumentNullException.ThrowIfNull(operationCase);
        CheckRandom random = RandomFor(operationCase);
        HostTensor<double>[] inputs = [.. operationCase.Inputs.Select(input => input.Value)];
        HostTensor<double> cotangent = random.Normal(operationCase.Forward(inputs).Shape);
        IReadOnlyList<HostTensor<double>?> gradients = operationCase.Backward(inputs, cotangent);
        var results = new List<CheckResult>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!operationCase.Inputs[i].IsDifferentiable || !operationCase.CheckFiniteDifferences)
                continue;
            HostTensor<double> gradient = gradients[i] ?? throw new InvalidOperationException($"{operationCase}: the reference gives no gradient of {operationCase.Inputs[i].Name}");
            int count = Math.Min(MostEntriesAnInput, inputs[i].Values.Length);
            var numeric = new double[count];
            var analytic = new double[count];
            for (int k = 0; k < count; k++)
            {
                int entry = count == inputs[i].Values.Length ? k : random.Below(inputs[i].Values.Length);
                numeric[k] = CentralDifference(operationCase, inputs, i, entry, cotangent);
                analytic[k] = gradient.Values[entry];
            }

            (double error, string detail) = Comparison.RelativeToLargest(analytic, numeric, new TensorShape(1, 1, 1, count));
            results.Add(new CheckResult(operationCase, $"reference gradient of {operationCase.Inputs[i].Name} against finite differences", error, FiniteDifferenceTolerance, detail));
        }

        return results;
    }

    /// <summary>Runs the case on a device and compares output and gradients with the reference in double.</summary>
    /// <param name="operationCase">The case.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="channelBlock">The channel block of the tensors; 0 takes the device's own.</param>
    public static IReadOnlyList<CheckResult> CheckDevice(OperationCase operationCase, Device device, int channelBlock = 0)
    {
        ArgumentNullException.ThrowIfNull(operationCase);
        ArgumentNullException.ThrowIfNull(device);
        CheckRandom random = RandomFor(operationCase);
        HostTensor<double>[] inputs = [.. operationCase.Inputs.Select(input => input.Value)];
        HostTensor<double> expected = operationCase.Forward(inputs);
        HostTensor<double> cotangent = operationCase.Tolerance == 0 ? random.SmallIntegers(expected.Shape) : random.Normal(expected.Shape);
        IReadOnlyList<HostTensor<double>?> gradients = operationCase.Backward(inputs, cotangent);

        using var step = new Step(device, training: true, seed: 1, channelBlock);
        Tensor[] tensors = [.. operationCase.Inputs.Select(input => Upload(step, input))];
        Tensor output = operationCase.Run(step, tensors);
        var results = new List<CheckResult> { Compare(operationCase, "output", output, expected) };
        if (output.RequiresGradient)
        {
            Tensor given = step.CreateGradient(output);
            given.Write(ToSingle(cotangent.Values));
            step.Backward(output, given);
            for (int i = 0; i < tensors.Length; i++)
            {
                if (operationCase.Inputs[i].IsDifferentiable && gradients[i] is { } gradient)
                    results.Add(CompareGradient(operationCase, operationCase.Inputs[i].Name, tensors[i], gradient));
            }
        }

        return results;
    }

    // Not the case's own words: cases draw their inputs from those, and a cotangent equal to an input hides errors. Batch normalisation's gradient vanishes there.
    private static CheckRandom RandomFor(OperationCase operationCase) => new($"cotangent of {operationCase}");

    private static double CentralDifference(OperationCase operationCase, HostTensor<double>[] inputs, int input, int entry, HostTensor<double> cotangent)
    {
        ref double value = ref inputs[input].Values[entry];
        double original = value;
        value = original + StepSize;
        double above = Dot(operationCase.Forward(inputs).Values, cotangent.Values);
        value = original - StepSize;
        double below = Dot(operationCase.Forward(inputs).Values, cotangent.Values);
        value = original;
        return (above - below) / (2 * StepSize);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static Tensor Upload(Step step, CheckInput input)
    {
        Tensor tensor = input.HasDeviceLayout
            ? step.Create(input.Value.Shape, input.Name, input.IsDifferentiable)
            : step.Create(new TensorLayout(input.Value.Shape, 1), input.Name, input.IsDifferentiable);
        tensor.Write(ToSingle(input.Value.Values));
        return tensor;
    }

    private static CheckResult CompareGradient(OperationCase operationCase, string name, Tensor tensor, HostTensor<double> expected) =>
        tensor.Gradient is { } gradient
            ? Compare(operationCase, $"gradient of {name}", gradient, expected)
            : new CheckResult(operationCase, $"gradient of {name}", double.NaN, operationCase.Tolerance, "is missing");

    private static CheckResult Compare(OperationCase operationCase, string what, Tensor actual, HostTensor<double> expected)
    {
        if (actual.Shape != expected.Shape)
            return new CheckResult(operationCase, what, double.NaN, operationCase.Tolerance, $"has shape {actual.Shape}, not {expected.Shape}");
        string where = $"on {actual.Device.Name} (channel block {actual.Layout.ChannelBlock})";
        if (!PaddingIsZero(actual))
            return new CheckResult(operationCase, what, double.NaN, operationCase.Tolerance, $"{where}: padded channels do not hold zeros");
        (double error, string detail) = Comparison.RelativeToLargest(Array.ConvertAll(actual.ToArray(), value => (double)value), expected.Values, expected.Shape);
        return new CheckResult(operationCase, what, error, operationCase.Tolerance, $"{where} {detail}");
    }

    private static bool PaddingIsZero(Tensor tensor)
    {
        var memory = new float[tensor.Layout.Length];
        tensor.Device.Read<float>(tensor.Buffer, memory);
        for (int i = 0; i < memory.Length; i++)
        {
            if (tensor.Layout.Position(i).C >= tensor.Layout.Channels && memory[i] != 0)
                return false;
        }

        return true;
    }

    private static float[] ToSingle(double[] values) => Array.ConvertAll(values, value => (float)value);
}
