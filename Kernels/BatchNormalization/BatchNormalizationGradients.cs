using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.BatchNormalization.Ladder;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>The backward pass of <see cref="BatchNormalization"/>: sums over each channel, then the gradient of the input. The summand takes the gradient of the sum as its own.</summary>
internal static class BatchNormalizationGradients
{
    /// <summary>Computes and hands on the gradients of input, summand, gamma and beta, each where somebody needs it.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="operands">What the forward pass worked on.</param>
    /// <param name="cut">y, where the passes read from it what the ReLU cut, else null.</param>
    /// <param name="outputGradient">dL/dy.</param>
    public static void Backward(Step step, in BatchNormalizationOperands operands, Tensor? cut, Tensor outputGradient)
    {
        (Tensor input, Tensor? added, Tensor? gamma, Tensor? beta) = (operands.Input, operands.Added, operands.Gamma, operands.Beta);
        bool inputNeedsSums = operands.OfBatch && input.RequiresGradient;
        bool needsSums = inputNeedsSums || gamma is { RequiresGradient: true } || beta is { RequiresGradient: true };
        Work work = InputWork(operands, cut, outputGradient);

        // The ReLU after a sum cuts the gradients of both summands alike, so what is left is stored: it is the one's gradient and what the other's is made from.
        bool storesCut = added is not null && operands.Relu;
        Tensor gradient = !storesCut ? outputGradient
            : needsSums ? RoomForCut(step, operands, outputGradient)
            : Activation.Activation.BackwardInput(step, ActivationKind.Relu, cut!, slope: 0f, outputGradient);
        Tensor? betaGradient = null, gammaGradient = null;
        if (needsSums)
        {
            (betaGradient, gammaGradient) = ScaleAndShift.CreateGradients(step, input.Shape.Channels);
            FindSums(step, operands, cut, outputGradient, storesCut ? gradient : null, betaGradient, gammaGradient);
        }

        BatchNormalizationOperands rest = storesCut ? operands with { Relu = false } : operands;
        if (added is { RequiresGradient: true })
            Step.Retain(gradient);
        if (input.RequiresGradient)
        {
            ArrayView<float> sums = inputNeedsSums ? betaGradient!.Data : default, products = inputNeedsSums ? gammaGradient!.Data : default;
            step.Accumulate(input, InputGradient(step, rest, storesCut ? null : cut, gradient, sums, products), work);
        }

        if (added is { RequiresGradient: true })
            step.Accumulate(added, gradient);
        if (storesCut)
            Step.Release(gradient);
        ScaleAndShift.GiveOrRelease(step, gamma, gammaGradient);
        ScaleAndShift.GiveOrRelease(step, beta, betaGradient);
    }

    // The two sums take 5 operations an element, the input's gradient 4, the ReLU 1 in each of the two passes, or in one where its result is stored.
    private static Work InputWork(in BatchNormalizationOperands operands, Tensor? cut, Tensor outputGradient)
    {
        bool storesCut = operands.Added is not null && operands.Relu;
        int operations = 9 + (storesCut ? 1 : operands.Relu ? 2 : 0);
        Tensor input = operands.Input;
        return OperationWork.Elementwise(
            "batch normalization", OperationWork.InputGradient, operations, input.Shape, input, outputGradient, storesCut ? cut : null, storesCut ? outputGradient : null, input, outputGradient, input);
    }

    // The sums read each number of dL/dy before they store what is left of it.
    private static Tensor RoomForCut(Step step, in BatchNormalizationOperands operands, Tensor outputGradient) =>
        operands.Fast(step) is null ? step.CreateGradient(operands.Input) : step.OverwriteGradient(operands.Input, outputGradient);

    private static void FindSums(
        Step step, in BatchNormalizationOperands operands, Tensor? output, Tensor outputGradient, Tensor? rectified, Tensor betaGradient, Tensor gammaGradient)
    {
        TensorView input = operands.Input.View;
        ArrayView<float> mean = operands.Mean.View, inverseDeviation = operands.InverseDeviation.View, cut = output?.Data ?? default, stored = rectified?.Data ?? default;
        if (operands.Fast(step) is { } cpu)
        {
            BatchNormalizationCpu.BackwardParameters(
                cpu, input, cut, outputGradient.View, operands.GammaData, operands.BetaData, mean, inverseDeviation, operands.Relu, stored, betaGradient.Data, gammaGradient.Data);
            return;
        }

        BatchNormalizationLadder.GradientSums(
            step.Device,
            BatchNormalizationLadder.Choose(step.Device, input.Layout),
            input,
            cut,
            outputGradient.View,
            mean,
            inverseDeviation,
            stored,
            betaGradient.Data,
            gammaGradient.Data);
    }

    private static Tensor InputGradient(
        Step step, in BatchNormalizationOperands operands, Tensor? cut, Tensor outputGradient, ArrayView<float> betaGradient, ArrayView<float> gammaGradient)
    {
        Tensor input = operands.Input;
        ArrayView<float> mean = operands.Mean.View, inverseDeviation = operands.InverseDeviation.View;
        if (operands.Fast(step) is { } cpu)
        {
            Tensor overwritten = step.OverwriteGradient(input, outputGradient);
            BatchNormalizationCpu.BackwardInput(
                cpu, input.View, outputGradient.View, operands.GammaData, operands.BetaData, mean, inverseDeviation, operands.Relu, betaGradient, gammaGradient, overwritten.View);
            return overwritten;
        }

        Tensor inputGradient = step.CreateGradient(input);
        BatchNormalizationLadder.InputGradient(
            step.Device,
            BatchNormalizationLadder.Choose(step.Device, input.Layout),
            input.View,
            cut?.Data ?? default,
            outputGradient.Data,
            operands.GammaData,
            mean,
            inverseDeviation,
            betaGradient,
            gammaGradient,
            inputGradient.View);
        return inputGradient;
    }
}
