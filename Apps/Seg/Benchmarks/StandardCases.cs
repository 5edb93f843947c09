namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>The cases of <c>seg bench</c> without a case file: one of every kind, some ten seconds on two cores.</summary>
internal static class StandardCases
{
    /// <summary>The cases as a case file has them.</summary>
    public const string Json = """
        {
          "convolution": [
            {"name": "conv_3x3_64", "n": 1, "h": 64, "w": 400, "c": 64, "k": 64, "kernel": 3, "stride": 1, "padding": 1, "dilation": 1},
            {"name": "conv_3x3_8", "n": 4, "h": 64, "w": 400, "c": 8, "k": 8, "kernel": 3, "stride": 1, "padding": 1, "dilation": 1},
            {"name": "conv_1x1_256", "n": 4, "h": 16, "w": 100, "c": 256, "k": 256, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1},
            {"name": "conv_3x3_dilated_6", "n": 1, "h": 32, "w": 32, "c": 256, "k": 256, "kernel": 3, "stride": 1, "padding": 6, "dilation": 6}
          ],
          "depthwise": [
            {"name": "depthwise_256", "n": 1, "h": 32, "w": 200, "c": 256, "kernel": 3, "stride": 1, "padding": 1, "dilation": 1}
          ],
          "transposed": [
            {"name": "upconv_256_128", "n": 1, "h": 16, "w": 100, "c": 256, "k": 128, "kernel": 2, "stride": 2, "padding": 0, "output_padding": 0}
          ],
          "maxpool": [{"name": "maxpool_2x2", "n": 1, "h": 128, "w": 800, "c": 64, "kernel": 2, "stride": 2}],
          "bilinear": [{"name": "bilinear_x4", "n": 1, "h": 8, "w": 50, "c": 256, "scale": 4}],
          "batchnorm_relu": [{"name": "batchnorm_relu_128", "n": 1, "h": 64, "w": 400, "c": 128}],
          "softmax_cross_entropy": [{"name": "softmax_ce_21", "n": 1, "h": 128, "w": 800, "c": 21}],
          "models": [
            {"name": "unet8", "model": "unet", "base": 8, "classes": 4, "n": 2, "h": 128, "w": 800, "loss": "bce_dice", "optimizer": "adam"}
          ]
        }
        """;

    /// <summary>The cases.</summary>
    public static IReadOnlyList<IBenchmark> Read() => CaseFile.Parse(Json, "built-in cases");
}
