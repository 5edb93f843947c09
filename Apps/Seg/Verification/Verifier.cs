using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>Compares operations and whole networks with PyTorch's answers.</summary>
internal static class Verifier
{
    /// <summary>Runs one case on a device: output, then each gradient under the given cotangent.</summary>
    public static VerificationOutcome Verify(Device device, SafeTensorsFile file, VerificationCase verificationCase)
    {
        if (verificationCase.Operation == ModelVerification.Operation && ModelVerification.Has(verificationCase))
            return ModelVerification.Verify(device, file, verificationCase);
        if (!OperationTable.Has(verificationCase.Operation))
            return new VerificationOutcome(verificationCase, null, "the operation is not built yet");
        using var step = new Step(device, training: true);
        var inputs = new VerificationInputs(step, file, verificationCase);
        Tensor output = OperationTable.Run(step, verificationCase, inputs);
        VerificationOutcome worst = Compare(verificationCase, "y", output, inputs);
        if (verificationCase.Gradients.Count == 0)
            return worst;
        Tensor cotangent = step.CreateGradient(output);
        cotangent.Write(inputs.Values("dy"));
        step.Backward(output, cotangent);
        foreach (string name in verificationCase.Gradients)
        {
            VerificationOutcome outcome = inputs.Tensors[name].Gradient is { } gradient
                ? Compare(verificationCase, $"d_{name}", gradient, inputs)
                : new VerificationOutcome(verificationCase, double.NaN, $"d_{name} is missing");
            if (!(outcome.Error <= worst.Error))
                worst = outcome;
        }

        return worst;
    }

    /// <summary>Compares a tensor with the file's numbers of that name.</summary>
    public static VerificationOutcome Compare(VerificationCase verificationCase, string name, Tensor actual, VerificationInputs inputs)
    {
        float[] expected = inputs.Values(name);
        TensorShape shape = inputs.Shape(name);
        if (actual.Shape != shape)
            return new VerificationOutcome(verificationCase, double.NaN, $"{name} has shape {actual.Shape}, not {shape}");
        (double error, string detail) = Comparison.RelativeToLargest(Widen(actual.ToArray()), Widen(expected), shape);
        return new VerificationOutcome(verificationCase, error / verificationCase.RelativeTolerance, $"{name} {detail}");
    }

    private static double[] Widen(float[] values) => Array.ConvertAll(values, value => (double)value);
}
