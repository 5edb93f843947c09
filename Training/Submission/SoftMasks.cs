using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Training.Submission;

/// <summary>
/// The probabilities of each class at the size of the picture's file: the picture is brought to the network's size as in training, and the soft masks are
/// enlarged linearly, as the Severstal study does. Thresholds come after it, so that outlines are smooth.
/// </summary>
/// <param name="model">The network, whose classes are independent.</param>
/// <param name="transform">How pictures are brought to the network's size.</param>
public sealed class SoftMasks(SegmentationModel model, SampleTransform transform)
{
    private readonly SampleRenderer _renderer = new();

    /// <summary>Computes the soft masks of a picture.</summary>
    /// <returns>Classes x Height x Width probabilities.</returns>
    public float[] Of(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        SamplePlan plan = transform.Plan(image.Width, image.Height, default);
        var shape = new TensorShape(1, 3, plan.Height, plan.Width);
        var pixels = new float[shape.Elements];
        _renderer.RenderImage(image, plan, transform.Normalization, pixels);
        float[] masks = PaddedInference.Logits(model, pixels, shape);
        ClassDecision.Sigmoid(masks);
        if ((plan.Width, plan.Height) == (image.Width, image.Height))
            return masks;
        using var step = new Step(model.Device, training: false);
        return Interpolation.Apply(step, step.Input(shape with { Channels = model.Classes }, masks, "soft masks"), image.Height, image.Width, InterpolationMode.Bilinear).ToArray();
    }
}
