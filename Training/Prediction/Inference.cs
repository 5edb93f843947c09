using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Models;

namespace SegFromScratch.Training.Prediction;

/// <summary>From normalised pictures to probabilities: the network as it is, on several views of each picture, on tiles, or both.</summary>
/// <param name="model">The network.</param>
/// <param name="isMultiLabel">True where classes are independent: probabilities are the sigmoid of logits, else the softmax.</param>
/// <param name="augmentation">The views; null: each picture as it is.</param>
/// <param name="tiles">The tiles that each view is cut into; null: it is seen whole.</param>
/// <exception cref="ArgumentException">A number of the tiles is out of its range.</exception>
public sealed class Inference(SegmentationModel model, bool isMultiLabel, TestTimeAugmentation? augmentation = null, TileOptions? tiles = null)
{
    private readonly TestTimeAugmentation _views = augmentation ?? TestTimeAugmentation.None;
    private readonly TileOptions? _tiles = Checked(tiles);

    /// <summary>The network.</summary>
    public SegmentationModel Model => model;

    /// <summary>True where classes are independent.</summary>
    public bool IsMultiLabel => isMultiLabel;

    /// <summary>The probabilities of each class, the mean over all views.</summary>
    /// <param name="images">N x 3 x H x W normalised values.</param>
    /// <param name="shape">N,3,H,W.</param>
    /// <returns>N x C x H x W.</returns>
    public float[] Probabilities(ReadOnlySpan<float> images, TensorShape shape)
    {
        if (_views.IsNone)
            return OfView(images, shape);
        TensorShape answers = shape with { Channels = model.Classes };
        var sum = new float[answers.Elements];
        foreach (double scale in _views.Scales)
        {
            TensorShape scaled = shape with { Height = Scaled(shape.Height, scale), Width = Scaled(shape.Width, scale) };
            float[] mean = OfScale(Resize(model, images, shape, scaled.Height, scaled.Width), scaled);
            AddScaled(sum, Resize(model, mean, scaled with { Channels = model.Classes }, shape.Height, shape.Width), 1f / _views.Scales.Count);
        }

        return sum;
    }

    /// <summary>Numbers of which the largest of a pixel is its class: probabilities, or only logits where each pixel has one class and nothing has to be averaged.</summary>
    /// <param name="images">N x 3 x H x W normalised values.</param>
    /// <param name="shape">N,3,H,W.</param>
    /// <returns>N x C x H x W; always probabilities where classes are independent.</returns>
    public float[] Scores(ReadOnlySpan<float> images, TensorShape shape) =>
        !isMultiLabel && _views.IsNone && _tiles is null ? PaddedInference.Logits(model, images, shape) : Probabilities(images, shape);

    /// <summary>Resizes planes linearly on the network's device; the same numbers where the size is right.</summary>
    internal static float[] Resize(SegmentationModel model, ReadOnlySpan<float> planes, TensorShape shape, int height, int width)
    {
        if ((shape.Height, shape.Width) == (height, width))
            return planes.ToArray();
        using var step = new Step(model.Device, training: false);
        return Interpolation.Apply(step, step.Input(shape, planes, "planes"), height, width, InterpolationMode.Bilinear).ToArray();
    }

    private float[] OfScale(float[] images, TensorShape shape)
    {
        var mean = new float[(shape with { Channels = model.Classes }).Elements];
        foreach (Symmetry symmetry in _views.Symmetries)
        {
            TensorShape laid = symmetry.Transpose ? shape with { Height = shape.Width, Width = shape.Height } : shape;
            float[] answer = OfView(symmetry.Apply(images, shape.Height, shape.Width), laid);
            AddScaled(mean, symmetry.Invert().Apply(answer, laid.Height, laid.Width), 1f / _views.Symmetries.Count);
        }

        return mean;
    }

    private float[] OfView(ReadOnlySpan<float> images, TensorShape shape) =>
        _tiles is null ? Whole(images, shape) : TiledInference.Blend(images, shape, model.Classes, _tiles, Whole);

    private float[] Whole(ReadOnlySpan<float> images, TensorShape shape)
    {
        float[] answers = PaddedInference.Logits(model, images, shape);
        if (isMultiLabel)
            ClassDecision.Sigmoid(answers);
        else
            ClassDecision.Softmax(answers, shape with { Channels = model.Classes });
        return answers;
    }

    private static void AddScaled(float[] sum, float[] values, float factor)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += factor * values[i];
    }

    private static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale));

    private static TileOptions? Checked(TileOptions? tiles)
    {
        tiles?.Validate();
        return tiles;
    }
}
