namespace SegFromScratch.Tests.Mutations;

/// <summary>The mistakes. Most are ones that were made in some framework before: a forgotten term, divisor, offset, weight or tie.</summary>
internal static class MutationCatalog
{
    private const string Output = "output";
    private const string InputGradient = "gradient of x";
    private const string LogitsGradient = "gradient of logits";

    /// <summary>All mistakes, operation by operation.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("forward forgets the left padding", "Kernels/Convolution/ConvolutionKernels.cs",
            "(at.X * shape.StrideX) - shape.PaddingLeft + (s", "(at.X * shape.StrideX) + (s", "convolution", Output),
        new("forward reads the first group's channels for every group", "Kernels/Convolution/ConvolutionKernels.cs",
            "int firstChannel = at.C / shape.OutputChannelsPerGroup * shape.InputChannelsPerGroup;", "int firstChannel = 0;", "convolution", Output),
        new("forward drops the last column of taps", "Kernels/Convolution/ConvolutionKernels.cs",
            "if (x >= 0 && x < shape.InputWidth)\n                        sum", "if (x >= 0 && x < shape.InputWidth - 1)\n                        sum", "convolution", Output),
        new("input gradient forgets the dilation of rows", "Kernels/Convolution/ConvolutionKernels.cs",
            "at.Y + shape.PaddingTop - (r * shape.DilationY)", "at.Y + shape.PaddingTop - r", "convolution", InputGradient),
        new("weight gradient keeps the last product of a row only", "Kernels/Convolution/ConvolutionKernels.cs",
            "row += input[n, c, y, x] * outputGradient[n, k, p, q];", "row = input[n, c, y, x] * outputGradient[n, k, p, q];", "convolution", "gradient of weight"),
        new("bias gradient sums the first image only", "Kernels/Convolution/ConvolutionKernels.cs",
            "for (int n = 0; n < layout.Batch; n++)", "for (int n = 0; n < 1; n++)", "convolution", "gradient of bias"),
        new("bias gets no gradient", "Kernels/Convolution/Convolution.cs",
            "if (bias is { RequiresGradient: true })", "if (false)", "convolution", "gradient of bias"),
        new("reference flips the kernel on the way back", "Kernels/Convolution/ConvolutionReference.cs",
            "inputGradient[n, c, y, x] += weight[k, c % shape.InputChannelsPerGroup, r, s]",
            "inputGradient[n, c, y, x] += weight[k, c % shape.InputChannelsPerGroup, shape.KernelHeight - 1 - r, s]",
            "convolution", "reference gradient of x against finite differences"),
        new("the last column that a tap reaches is left out", "Kernels/Convolution/Cpu/TapAxis.cs",
            "((SourceLength - 1 - offset) / SourceStep) + 1;", "(SourceLength - 1 - offset) / SourceStep;", "convolution", Output),
        new("bias is left out", "Kernels/Convolution/Cpu/PackedWeightPlan.cs",
            "ChannelVectors.Pad(initial, Backward ? shape.InputChannels : shape.OutputChannels, Initial(packed), Layout.Vectors * Layout.Lanes);", "new Span<float>(Initial(packed), Layout.Vectors * Layout.Lanes).Clear();", "convolution", Output),
        new("only the first part of the weight gradient counts", "Kernels/Convolution/Cpu/SumPartsJob.cs",
            "part < _parts", "part < 1", "convolution", "gradient of weight"),

        new("a transposed factor is read as if it were none", "Kernels/MatrixProduct/MatrixProductKernels.cs",
            "left[a + (k * shape.LeftInnerStride)]", "left[a + k]", "matrix product", "gradient of b"),

        new("stride off by one", "Kernels/Convolution/ConvolutionKernels.cs",
            "int q = fromColumn / shape.StrideX;", "int q = fromColumn / (shape.StrideX + 1);", "transposed convolution", Output),
        new("bias replaces the sum", "Kernels/TransposedConvolution/TransposedConvolutionKernels.cs",
            "output.Data[index] += bias[at.C];", "output.Data[index] = bias[at.C];", "transposed convolution", Output),

        new("the rest's sum keeps the largest class", "Kernels/LogOdds/LogOddsKernels.cs",
            "if (c != without)\n                sum", "if (c != 0 - 1)\n                sum", "log-odds", Output),
        new("the largest class's gradient does not reach the others", "Kernels/LogOdds/LogOddsKernels.cs",
            "own - others - (g * MathF.Exp(x - second) / rest)", "own - others", "log-odds", InputGradient),
        new("a class is in its own rest", "Kernels/LogOdds/LogOddsKernels.cs",
            "e * (quotients - (own / (all - e)))", "e * quotients", "log-odds", InputGradient),
        new("folded weights keep the last of the pixels that meet", "Kernels/UpsampledConvolution/UpsampledConvolutionKernels.cs",
            "sum += weight[at.C, at.N, r, s];", "sum = weight[at.C, at.N, r, s];", "upsampled convolution", Output),
        new("a weight gets the gradient of one of its places only", "Kernels/UpsampledConvolution/UpsampledConvolutionKernels.cs",
            "sum += foldedGradient[", "sum = foldedGradient[", "upsampled convolution", "gradient of weight"),

        new("the last of equal maxima wins", "Kernels/MaxPooling/MaxPoolingKernels.cs",
            "value > maximum", "value >= maximum", "max pooling", InputGradient),
        new("the maximum starts at zero", "Kernels/MaxPooling/MaxPoolingKernels.cs",
            "place < 0 || value > maximum", "value > maximum", "max pooling", Output),
        new("overlapping windows do not add up", "Kernels/MaxPooling/MaxPoolingKernels.cs",
            "sum += outputGradient", "sum = outputGradient", "max pooling", InputGradient),

        new("input gradient without the term of the variance", "Kernels/BatchNormalization/BatchNormalizationBackwardKernels.cs",
            "g -= (betaGradient[c] + (h * gammaGradient[c])) / count;", "g -= betaGradient[c] / count;", "batch normalization", InputGradient),
        new("input gradient without the terms of the mean and the variance", "Kernels/BatchNormalization/BatchNormalizationBackwardKernels.cs",
            "if (betaGradient.Length > 0)", "if (betaGradient.Length < 0)", "batch normalization", InputGradient),
        new("input gradient divides by the pixels of one image", "Kernels/BatchNormalization/BatchNormalizationBackwardKernels.cs",
            "float count = layout.Batch * layout.Height * layout.Width;", "float count = layout.Height * layout.Width;", "batch normalization", InputGradient),
        new("the fused ReLU lets every gradient through", "Kernels/BatchNormalization/BatchNormalizationBackwardKernels.cs",
            "output.Length > 0 && output[at] <= 0f ? 0f : outputGradient[at]", "outputGradient[at]", "batch normalization", InputGradient),
        new("unbiased variance", "Kernels/BatchNormalization/BatchNormalizationKernels.cs",
            "(square.Sum / count) + epsilon", "(square.Sum / (count - 1f)) + epsilon", "batch normalization", Output),
        new("slices of different means are merged without their distance", "Kernels/BatchNormalization/BatchNormalizationKernels.cs",
            "(slices.End(slice) - slices.Start(slice)) * deviation * deviation", "0f", "batch normalization", Output),

        new("forgets the ignore index", "Kernels/CrossEntropy/CrossEntropyKernels.cs",
            "label != ignoreIndex && label >= 0", "label >= 0", "cross entropy", Output),
        new("gradient forgets the smoothed share of each class", "Kernels/CrossEntropy/CrossEntropyKernels.cs",
            "float own = smoothing / classes * WeightOf(classWeights, at.C);", "float own = 0f;", "cross entropy", LogitsGradient),
        new("gradient forgets what the sum was divided by", "Kernels/CrossEntropy/CrossEntropyKernels.cs",
            "lossGradient[0] * factor[0]", "lossGradient[0]", "cross entropy", LogitsGradient),
        new("gradient with the sign of the target turned", "Kernels/BinaryCrossEntropy/BinaryCrossEntropyKernels.cs",
            "Sigmoid.Of(logits.Data[index]) - target", "Sigmoid.Of(logits.Data[index]) + target", "binary cross entropy", LogitsGradient),
        new("gradient counts the overlap once", "Kernels/SoftDice/SoftDiceKernels.cs",
            "(2f * target[at.N, at.C, at.Y, at.X])", "target[at.N, at.C, at.Y, at.X]", "soft dice", LogitsGradient),

        new("gradient without the sum over the channels", "Kernels/Softmax/SoftmaxKernels.cs",
            "y * (g - sum)", "y * g", "softmax", InputGradient),
        new("the largest logit is not subtracted", "Kernels/Softmax/SoftmaxKernels.cs",
            "float largest = input.Data[PixelSlices.Offset(input.Layout, n, 0, pixel)];", "float largest = 0f; return largest;", "softmax", Output),

        new("backward pass without the scale", "Kernels/Dropout/Dropout.cs",
            "Drop(step, outputGradient, rate, wholeChannels, key, inputGradient);",
            "DropoutLauncher.Apply(step.Device, input.Layout.Length, outputGradient.View, rate, 1f, wholeChannels ? 1 : 0, (uint)key, (uint)(key >> 32), inputGradient.View);",
            "dropout", InputGradient),
        new("backward pass draws another mask", "Kernels/Dropout/Dropout.cs",
            "Drop(step, outputGradient, rate, wholeChannels, key, inputGradient);", "Drop(step, outputGradient, rate, wholeChannels, key + 1, inputGradient);",
            "dropout", InputGradient),

        new("bilinear weights swapped", "Kernels/Interpolation/InterpolationKernels.cs",
            "((1f - down) * above) + (down * below)", "(down * above) + ((1f - down) * below)", "interpolation", Output),
        new("gradient weighs pixels by distance instead of nearness", "Kernels/Interpolation/BilinearAxis.cs",
            "(Divisor - distance) / (float)Divisor", "distance / (float)Divisor", "interpolation", InputGradient),
        new("gradient stops one output too early", "Kernels/Interpolation/BilinearAxis.cs",
            "(((y + 1) * Divisor) - Offset) / Multiplier", "((((y + 1) * Divisor) - Offset) / Multiplier) - 1", "interpolation", InputGradient),

        new("every input gets the first channels of the gradient", "Kernels/Concatenation/ConcatenationKernels.cs",
            "outputGradient[at.N, firstChannel + at.C, at.Y, at.X]", "outputGradient[at.N, at.C, at.Y, at.X]", "concatenation", "gradient of x1"),
        new("padded channels hold f(0) = 1/2", "Kernels/Activation/ActivationKernels.cs",
            "Apply(input[index], default(Sigmoid)) : 0f;", "Apply(input[index], default(Sigmoid)) : 0.5f;", "sigmoid", Output),
        new("derivative by the input as if it were the output", "Kernels/Activation/UnaryOperations.cs",
            "1f - (kept * kept)", "1f - (MathF.Tanh(kept) * MathF.Tanh(kept))", "tanh", InputGradient),

        new("the second contribution is dropped", "Engine/Tensors/Step.cs",
            "AddInPlace(existing, gradient);\n        }\n        else if", "gradient.Release();\n        }\n        else if", "shared input", InputGradient),
        new("a sum is made in a gradient that another tensor needs", "Engine/Tensors/Step.cs",
            "else if (existing.References == 1)", "else if (existing.References >= 1)", "shared input", InputGradient),

        new("every wrong pixel of a class without pixels counts", "Kernels/LovaszHinge/LovaszHingeKernels.cs",
            "return place == 0 ? 1f : 0f;", "return 1f;", "lovasz hinge", Output),
        new("kept margins are pushed on", "Kernels/LovaszHinge/LovaszHingeKernels.cs",
            "if (margins[at] > 0f)", "if (margins[at] > -1f)", "lovasz hinge", Output),
        new("pixels of other classes are pulled up", "Kernels/LovaszHinge/LovaszHingeKernels.cs",
            "slope = isOwn ? -rise : rise;", "slope = -rise;", "lovasz hinge", LogitsGradient),
        new("false elements weigh as true ones", "Kernels/FocalLoss/FocalLossKernels.cs",
            "((1f - t) * (1f - classAlphas[c]))", "((1f - t) * classAlphas[c])", "focal loss", Output),
    ];
}
