using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.TransposedConvolution;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>The operations that are timed forward, and forward with backward.</summary>
internal static class OperationBenchmarks
{
    /// <summary>A transposed convolution without bias whose weight is not trained.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="weight">C,K,kh,kw.</param>
    /// <param name="options">Stride and crops.</param>
    public static IBenchmark TransposedConvolution(string name, TensorShape input, TensorShape weight, TransposedConvolutionOptions options) =>
        new OperationBenchmark(name, input, (setting, _, _) =>
        {
            Tensor kernel = setting.Random(weight, 2, 1);
            return (step, x) => Kernels.TransposedConvolution.TransposedConvolution.Apply(step, x, kernel, bias: null, options);
        });

    /// <summary>Max pooling.</summary>
    public static IBenchmark MaxPooling(string name, TensorShape input, MaxPoolingOptions options) =>
        new OperationBenchmark(name, input, (_, _, _) => (step, x) => Kernels.MaxPooling.MaxPooling.Apply(step, x, options));

    /// <summary>Bilinear enlargement, pixel centres at half.</summary>
    public static IBenchmark Bilinear(string name, TensorShape input, int scale) =>
        new OperationBenchmark(name, input, (_, _, _) => (step, x) =>
            Interpolation.Apply(step, x, scale * x.Shape.Height, scale * x.Shape.Width, InterpolationMode.Bilinear));

    /// <summary>Batch normalisation as in training, with running statistics and trained scale and shift, fused with a ReLU.</summary>
    public static IBenchmark BatchNormalizationRelu(string name, TensorShape input) => new OperationBenchmark(name, input, (setting, _, shape) =>
    {
        TensorShape vector = TensorShape.Vector(shape.Channels);
        float[] ones = new float[shape.Channels];
        Array.Fill(ones, 1f);
        Tensor gamma = Tensor.Persistent(setting.Device, vector, ones, requiresGradient: true, name: "gamma");
        Tensor beta = Tensor.Persistent(setting.Device, vector, requiresGradient: true, name: "beta");
        Tensor mean = Tensor.Persistent(setting.Device, vector, name: "running mean");
        Tensor variance = Tensor.Persistent(setting.Device, vector, ones, name: "running variance");
        var options = new BatchNormalizationOptions { Relu = true };
        return (step, x) => BatchNormalization.Apply(step, x, gamma, beta, mean, variance, options);
    });

    /// <summary>Softmax and cross-entropy against one class a pixel.</summary>
    public static IBenchmark SoftmaxCrossEntropy(string name, TensorShape logits) => new OperationBenchmark(name, logits, (_, surroundings, shape) =>
    {
        var random = new SplitMix64(5);
        int[] classes = new int[shape.Batch * shape.Height * shape.Width];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = random.Below(shape.Channels);
        DeviceArray<int> target = surroundings.InputArray<int>(classes, "class map");
        return (step, x) => CrossEntropy.Apply(step, x, target);
    });
}
