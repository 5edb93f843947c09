using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.PostProcessing;

namespace SegFromScratch.Training.Prediction;

/// <summary>What a network says about one picture, at the picture's own size.</summary>
/// <param name="Width">Columns of the picture.</param>
/// <param name="Height">Rows of the picture.</param>
/// <param name="Classes">One class index a pixel; null where classes are independent.</param>
/// <param name="Layers">Classes x Height x Width zeros and ones; null where each pixel has one class.</param>
public sealed record Prediction(int Width, int Height, IndexMask? Classes, LayerMasks? Layers);

/// <summary>Predicts the masks of pictures of any size.</summary>
/// <param name="model">The network.</param>
/// <param name="transform">How pictures are brought to the network's size and numbers, as in training but with nothing random.</param>
/// <param name="isMultiLabel">True where classes are independent.</param>
/// <param name="crf">A dense CRF at the picture's own size; null leaves the network's answer as it is.</param>
/// <param name="threads">Threads of the dense CRF; 0 takes all cores.</param>
/// <param name="thresholds">Where a probability becomes a yes, where classes are independent; null: at one half.</param>
public sealed class Predictor(SegmentationModel model, SampleTransform transform, bool isMultiLabel, DenseCrfOptions? crf = null, int threads = 0, DecisionThresholds? thresholds = null)
{
    private readonly SampleRenderer _renderer = new();

    /// <summary>
    /// Predicts one picture: it is resized as in training, and the answer is resized back by nearest neighbours. With a dense CRF the logits are resized back instead, linearly,
    /// and the field decides.
    /// </summary>
    public Prediction Predict(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        SamplePlan plan = transform.Plan(image.Width, image.Height, default);
        var shape = new TensorShape(1, 3, plan.Height, plan.Width);
        var pixels = new float[shape.Elements];
        _renderer.RenderImage(image, plan, transform.Normalization, pixels);
        float[] logits = PaddedInference.Logits(model, pixels, shape);
        if (crf is not null)
        {
            logits = Refine(logits, shape with { Channels = model.Classes }, image);
            plan = plan with { Width = image.Width, Height = image.Height };
            shape = shape with { Width = image.Width, Height = image.Height };
        }

        return isMultiLabel ? Layers(logits, plan, image) : Classes(logits, shape, image);
    }

    private Prediction Classes(float[] logits, TensorShape shape, Image image)
    {
        int[] classes = ClassDecision.Largest(logits, shape with { Channels = model.Classes });
        var labels = new byte[image.Width * image.Height];
        for (int y = 0; y < image.Height; y++)
        {
            int row = Nearest(y, image.Height, shape.Height) * shape.Width;
            for (int x = 0; x < image.Width; x++)
                labels[(y * image.Width) + x] = (byte)classes[row + Nearest(x, image.Width, shape.Width)];
        }

        return new Prediction(image.Width, image.Height, new IndexMask(image.Width, image.Height, labels), null);
    }

    private Prediction Layers(float[] logits, SamplePlan plan, Image image)
    {
        var layers = new byte[model.Classes * image.Width * image.Height];
        for (int row = 0; row < model.Classes * image.Height; row++)
        {
            int plane = row / image.Height, y = Nearest(row % image.Height, image.Height, plan.Height);
            int from = ((plane * plan.Height) + y) * plan.Width;

            float cut = Cut(plane);
            for (int x = 0; x < image.Width; x++)
                layers[(row * image.Width) + x] = logits[from + Nearest(x, image.Width, plan.Width)] > cut ? (byte)1 : (byte)0;
        }

        for (int c = 0; c < model.Classes && thresholds is not null; c++)
            DropSmall(layers.AsSpan(c * image.Width * image.Height, image.Width * image.Height), thresholds.Classes[c].MinimumShare);
        return new Prediction(image.Width, image.Height, null, new LayerMasks(image.Width, image.Height, model.Classes, layers));
    }

    // A logit above zero is a probability above one half; a dense CRF gives probabilities less one half.
    private float Cut(int plane)
    {
        double threshold = thresholds?.Classes[plane].Threshold ?? 0.5;
        return (float)(crf is null ? Math.Log(threshold / (1 - threshold)) : threshold - 0.5);
    }

    private static void DropSmall(Span<byte> mask, double minimumShare)
    {
        if (mask.Count((byte)1) < minimumShare * mask.Length)
            mask.Clear();
    }

    // At the picture's size, and such that they decide as logits do: the largest class, or all above zero.
    private float[] Refine(float[] logits, TensorShape shape, Image image)
    {
        if ((shape.Width, shape.Height) != (image.Width, image.Height))
        {
            using var step = new Step(model.Device, training: false);
            logits = Interpolation.Apply(step, step.Input(shape, logits, "logits"), image.Height, image.Width, InterpolationMode.Bilinear).ToArray();
        }

        var field = new DenseCrf(image, crf!, threads);
        return isMultiLabel
            ? Array.ConvertAll(field.RefineIndependent(logits, model.Classes), probability => probability - 0.5f)
            : field.Refine(logits, model.Classes);
    }

    private static int Nearest(int index, int from, int to) => Math.Min(to - 1, (int)((index + 0.5) * to / from));
}
