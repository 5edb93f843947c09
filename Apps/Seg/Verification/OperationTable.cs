using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.AveragePooling;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.BinaryCrossEntropy;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.GroupNormalization;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.MaxUnpooling;
using SegFromScratch.Kernels.Padding;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.SoftDice;
using SegFromScratch.Kernels.Softmax;
using SegFromScratch.Kernels.TransposedConvolution;

namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>PyTorch's functional names, and what this engine calls for each.</summary>
internal static class OperationTable
{
    private delegate Tensor Call(Step step, VerificationCase verificationCase, VerificationInputs inputs);

    private static readonly Dictionary<string, Call> s_calls = new()
    {
        ["conv2d"] = (step, c, x) => Convolution.Apply(step, x.Feature("x"), x.Parameter("weight"), x.OptionalParameter("bias"),
            ConvolutionOptions.Symmetric(c.Integer("padding"), c.Integer("stride"), c.Integer("dilation"), c.Integer("groups"))),
        ["conv_transpose2d"] = (step, c, x) => TransposedConvolution.Apply(step, x.Feature("x"), x.Parameter("weight"), x.OptionalParameter("bias"),
            TransposedConvolutionOptions.Symmetric(c.Integer("stride"), c.Integer("padding"), c.Integer("output_padding"), c.Integer("dilation"), c.Integer("groups"))),
        ["max_pool2d"] = (step, c, x) => MaxPooling.Apply(step, x.Feature("x"),
            MaxPoolingOptions.Square(c.Integer("kernel_size"), c.Integer("stride"), c.Integer("padding"), c.Integer("dilation"), c.Flag("ceil_mode"))),
        ["max_unpool2d"] = MaxUnpool,
        ["avg_pool2d"] = (step, c, x) => AveragePooling.Apply(step, x.Feature("x"),
            AveragePoolingOptions.Square(c.Integer("kernel_size"), c.Integer("stride"), c.Integer("padding"), c.Flag("ceil_mode"), c.Flag("count_include_pad"))),
        ["adaptive_avg_pool2d"] = (step, c, x) => AdaptiveAveragePooling.Apply(step, x.Feature("x"), c.Integer("output_size"), c.Integer("output_size")),
        ["interpolate"] = (step, c, x) => Interpolation.Apply(step, x.Feature("x"), c.Integers("size")[0], c.Integers("size")[1], Mode(c)),
        ["batch_norm"] = BatchNorm,
        ["group_norm"] = (step, c, x) => GroupNormalization.Apply(
            step, x.Feature("x"), c.Integer("num_groups"), x.OptionalParameter("weight"), x.OptionalParameter("bias"), c.Number("eps")),
        ["relu"] = (step, _, x) => Activation.Relu(step, x.Feature("x")),
        ["relu6"] = (step, _, x) => Activation.Relu6(step, x.Feature("x")),
        ["leaky_relu"] = (step, c, x) => Activation.LeakyRelu(step, x.Feature("x"), c.Number("negative_slope")),
        ["sigmoid"] = (step, _, x) => Activation.Sigmoid(step, x.Feature("x")),
        ["tanh"] = (step, _, x) => Activation.Tanh(step, x.Feature("x")),
        ["silu"] = (step, _, x) => Activation.Silu(step, x.Feature("x")),
        ["gelu"] = (step, _, x) => Activation.Gelu(step, x.Feature("x")),
        ["softmax"] = (step, _, x) => Softmax.Apply(step, x.Feature("x")),
        ["log_softmax"] = (step, _, x) => Softmax.ApplyLogarithm(step, x.Feature("x")),
        ["cross_entropy"] = (step, c, x) => CrossEntropy.Apply(step, x.Feature("x"), x.ClassMap("target"),
            new CrossEntropyOptions { IgnoreIndex = c.Integer("ignore_index"), Reduction = ReductionOf(c) }, x.OptionalParameter("weight")),
        ["binary_cross_entropy_with_logits"] = (step, c, x) => BinaryCrossEntropy.Apply(step, x.Feature("x"), x.Parameter("target"), ReductionOf(c)),
        ["dice_loss_with_logits"] = (step, c, x) => SoftDice.Apply(step, x.Feature("x"), x.Parameter("target"), c.Number("smooth")),
        ["pad"] = Pad,
        ["cat"] = (step, c, x) => Concatenation.Apply(step, [.. c.Inputs.Select(x.Feature)]),
        ["add"] = (step, _, x) => Addition.Apply(step, x.Feature("a"), x.Feature("b")),
    };

    /// <summary>True if the operation is built.</summary>
    public static bool Has(string operation) => s_calls.ContainsKey(operation);

    /// <summary>Runs the operation of a case.</summary>
    public static Tensor Run(Step step, VerificationCase verificationCase, VerificationInputs inputs) =>
        s_calls[verificationCase.Operation](step, verificationCase, inputs);

    private static Tensor BatchNorm(Step step, VerificationCase c, VerificationInputs x) =>
        BatchNormalization.Apply(
            step,
            x.Feature("x"),
            x.Parameter("weight"),
            x.Parameter("bias"),
            x.Parameter("running_mean"),
            x.Parameter("running_var"),
            new BatchNormalizationOptions { Epsilon = c.Number("eps"), Momentum = c.Number("momentum"), UseBatchStatistics = c.Flag("training") });

    private static Tensor MaxUnpool(Step step, VerificationCase c, VerificationInputs x)
    {
        Tensor input = x.Feature("x");
        TensorShape output = x.Shape("y");
        MaxPoolingOptions pooling = MaxPoolingOptions.Square(c.Integer("kernel_size"), c.Integer("stride"));
        return MaxUnpooling.Apply(step, input, x.Indices("indices", input.Layout), pooling, output.Height, output.Width);
    }

    private static Tensor Pad(Step step, VerificationCase c, VerificationInputs x)
    {
        // PyTorch lists the last dimension first: left, right, top, bottom.
        int[] sides = c.Integers("pad");
        PaddingMode mode = c.Word("mode") switch { "reflect" => PaddingMode.Reflect, "replicate" => PaddingMode.Replicate, _ => PaddingMode.Constant };
        return Padding.Apply(step, x.Feature("x"), new PaddingSizes(sides[2], sides[3], sides[0], sides[1]), mode);
    }

    private static InterpolationMode Mode(VerificationCase c) =>
        c.Word("mode") == "nearest" ? InterpolationMode.Nearest
        : c.Flag("align_corners") ? InterpolationMode.BilinearAlignCorners : InterpolationMode.Bilinear;

    private static LossReduction ReductionOf(VerificationCase c) => c.Word("reduction") == "sum" ? LossReduction.Sum : LossReduction.Mean;
}
