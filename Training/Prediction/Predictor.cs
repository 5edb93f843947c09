using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.PostProcessing;

namespace SegFromScratch.Training.Prediction;

/// <summary>Predicts the masks of pictures of any size. One object serves one thread.</summary>
/// <param name="model">The network.</param>
/// <param name="transform">How pictures are brought to the network's size and numbers, as in training but with nothing random.</param>
/// <param name="isMultiLabel">True where classes are independent.</param>
/// <param name="options">Size, tiles, views, CRF, thresholds; null: the picture as in training, and nothing else.</param>
public sealed class Predictor(SegmentationModel model, SampleTransform transform, bool isMultiLabel, PredictionOptions? options = null)
{
    private readonly PredictionOptions _options = options ?? new PredictionOptions();
    private readonly SampleTransform _transform = options is { Size: PictureSize.Own } ? new SampleTransform(new AugmentationOptions(), transform.Normalization) : transform;
    private readonly Inference _inference = new(model, isMultiLabel, options?.Augmentation, options?.Tiles);
    private readonly SampleRenderer _renderer = new();

    /// <summary>
    /// The probabilities of each class at the picture's own size. Where the network sees another size they are enlarged linearly, as the Severstal study does;
    /// a dense CRF comes after that.
    /// </summary>
    /// <returns>Classes x Height x Width.</returns>
    public float[] Probabilities(Image image) => Refine(Plain(image), image);

    /// <summary>The masks of a picture.</summary>
    public Prediction Predict(Image image) => Decide(Probabilities(image), image.Width, image.Height);

    /// <summary>The probabilities before a dense CRF.</summary>
    internal float[] Plain(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        SamplePlan plan = _transform.Plan(image.Width, image.Height, default);
        var shape = new TensorShape(1, 3, plan.Height, plan.Width);
        var pixels = new float[shape.Elements];
        _renderer.RenderImage(image, plan, _transform.Normalization, pixels);
        return Inference.Resize(model, _inference.Probabilities(pixels, shape), shape with { Channels = model.Classes }, image.Height, image.Width);
    }

    /// <summary>The probabilities after the dense CRF, where there is one.</summary>
    internal float[] Refine(float[] probabilities, Image image) => _options.Crf is { } crf
        ? new DenseCrf(image, crf, _options.Threads).RefineProbabilities(probabilities, model.Classes, isMultiLabel)
        : probabilities;

    private Prediction Decide(float[] probabilities, int width, int height)
    {
        if (isMultiLabel)
        {
            DecisionThresholds thresholds = _options.Thresholds ?? DecisionThresholds.Standard(model.Classes);
            return new Prediction(width, height, probabilities, null, thresholds.Decide(probabilities, width, height));
        }

        int[] classes = ClassDecision.Largest(probabilities, new TensorShape(1, model.Classes, height, width));
        return new Prediction(width, height, probabilities, new IndexMask(width, height, Array.ConvertAll(classes, index => (byte)index)), null);
    }
}
