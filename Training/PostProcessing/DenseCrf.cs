using System.Runtime.Intrinsics;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>
/// Brings a network's answer into line with the edges of the picture: a conditional random field in which every pixel is connected with every other one,
/// solved approximately by mean-field updates. Krähenbühl and Koltun, NIPS 2011; as post-processing of networks Chen et al. (DeepLab), ICLR 2015.
/// The energy is sum over i of -log p_i(x_i) + sum over i &lt; j of [x_i ≠ x_j] k(i, j) with
/// k = w1 exp(-|place|² / 2a² - |colour|² / 2b²) + w2 exp(-|place|² / 2g²), each term normalised symmetrically. <see cref="DenseCrfReference"/> is its definition.
/// </summary>
/// <remarks>One object serves one picture. The result is the same bits for any number of threads.</remarks>
public sealed class DenseCrf
{
    private const int LaneCount = PermutohedralLattice.LaneCount;

    // The padding's logit: its probability is zero, and no sum with it is infinite.
    private const float Never = -1e30f;

    private const float LeastProbability = 1e-9f;

    private readonly PixelRanges _ranges;
    private readonly PairwiseTerm[] _terms;
    private readonly int _iterations;
    private readonly int _pixels;

    /// <summary>Prepares the filters of a picture.</summary>
    /// <param name="image">The picture, at the size of the logits; grey or RGB, alpha does not count.</param>
    /// <param name="options">Weights, deviations, iterations.</param>
    /// <param name="threads">Threads at most; 0 takes all cores.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DenseCrf(Image image, DenseCrfOptions options, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_ranges, _iterations, _pixels) = (new PixelRanges(threads), options.Iterations, image.Width * image.Height);
        _terms =
        [
            new PairwiseTerm(PixelFeatures.OfPlaceAndColor(image, options.BilateralPosition, options.BilateralColor), options.BilateralWeight, _ranges),
            new PairwiseTerm(PixelFeatures.OfPlace(image.Width, image.Height, options.GaussianPosition), options.GaussianWeight, _ranges),
        ];
    }

    /// <summary>Refines an answer in which each pixel has one class.</summary>
    /// <param name="logits">Classes x Height x Width; their softmax is p.</param>
    /// <param name="classes">Classes, at least 1.</param>
    /// <returns>Classes x Height x Width probabilities, each pixel's sum 1.</returns>
    /// <exception cref="ArgumentException">The number of logits does not fit the picture.</exception>
    public float[] Refine(ReadOnlySpan<float> logits, int classes)
    {
        (float[] scores, int lanes) = Rows(logits, classes);
        var beliefs = (float[])scores.Clone();
        _ranges.Run(_pixels, (from, to) => MeanField.Softmax(beliefs, lanes, from, to));
        for (int iteration = 0; iteration < _iterations; iteration++)
        {
            foreach (PairwiseTerm term in _terms)
                term.Filter(beliefs, lanes);
            _ranges.Run(_pixels, (from, to) =>
            {
                AddMessages(scores, beliefs, lanes, from, to, 1, null);
                MeanField.Softmax(beliefs, lanes, from, to);
            });
        }

        return Planes(beliefs, lanes, classes);
    }

    /// <summary>
    /// Refines an answer whose classes are independent: one field of two labels, inside and outside, for each class.
    /// With q the belief in inside and s the messages of a belief, the update of the two labels comes down to q = sigmoid(logit + s(q) - s(1 - q)).
    /// </summary>
    /// <param name="logits">Classes x Height x Width; their sigmoid is p.</param>
    /// <param name="classes">Classes, at least 1.</param>
    /// <returns>Classes x Height x Width probabilities.</returns>
    /// <exception cref="ArgumentException">The number of logits does not fit the picture.</exception>
    public float[] RefineIndependent(ReadOnlySpan<float> logits, int classes)
    {
        (float[] scores, int lanes) = Rows(logits, classes);
        float[] certain = MessagesOfCertainty();
        var beliefs = (float[])scores.Clone();
        _ranges.Run(_pixels, (from, to) => MeanField.Sigmoid(beliefs, lanes, from, to));
        for (int iteration = 0; iteration < _iterations; iteration++)
        {
            foreach (PairwiseTerm term in _terms)
                term.Filter(beliefs, lanes);
            _ranges.Run(_pixels, (from, to) =>
            {
                // s(q) - s(1 - q) = 2 s(q) - s(1).
                AddMessages(scores, beliefs, lanes, from, to, 2, certain);
                MeanField.Sigmoid(beliefs, lanes, from, to);
            });
        }

        return Planes(beliefs, lanes, classes);
    }

    /// <summary>Refines probabilities, such as a mean over several answers: those of the logits log p, or log p - log(1 - p) where classes are independent.</summary>
    /// <param name="probabilities">Classes x Height x Width, 0 to 1.</param>
    /// <param name="classes">Classes, at least 1.</param>
    /// <param name="isMultiLabel">True where classes are independent.</param>
    /// <returns>Classes x Height x Width probabilities.</returns>
    /// <exception cref="ArgumentException">The number of probabilities does not fit the picture.</exception>
    public float[] RefineProbabilities(float[] probabilities, int classes, bool isMultiLabel) => isMultiLabel
        ? RefineIndependent(Array.ConvertAll(probabilities, p => Logarithm(p) - Logarithm(1 - p)), classes)
        : Refine(Array.ConvertAll(probabilities, Logarithm), classes);

    // Of a probability that float32 has rounded to nothing.
    private static float Logarithm(float probability) => MathF.Log(MathF.Max(probability, LeastProbability));

    private void AddMessages(float[] scores, float[] sums, int lanes, int from, int to, float factor, float[]? less)
    {
        for (int pixel = from; pixel < to; pixel++)
        {
            Vector256<float> offset = Vector256.Create(less is null ? 0 : less[pixel]);
            for (int lane = 0; lane < lanes; lane += LaneCount)
            {
                nuint at = (nuint)((pixel * lanes) + lane);
                Vector256<float> sum = Vector256.LoadUnsafe(ref scores[0], at) - offset;
                foreach (PairwiseTerm term in _terms)
                    sum = term.AddMessage(sum, pixel, lanes, lane, factor);
                sum.StoreUnsafe(ref sums[0], at);
            }
        }
    }

    // s(1): what each pixel hears if all are sure.
    private float[] MessagesOfCertainty()
    {
        var ones = new float[_pixels * LaneCount];
        Array.Fill(ones, 1f);
        var sums = new float[ones.Length];
        foreach (PairwiseTerm term in _terms)
            term.Filter(ones, LaneCount);
        var nothing = new float[ones.Length];
        _ranges.Run(_pixels, (from, to) => AddMessages(nothing, sums, LaneCount, from, to, 1, null));
        return [.. Enumerable.Range(0, _pixels).Select(pixel => sums[pixel * LaneCount])];
    }

    // From planes to one row of numbers a pixel, padded to whole vectors.
    private (float[] Rows, int Lanes) Rows(ReadOnlySpan<float> planes, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (planes.Length != (long)classes * _pixels)
            throw new ArgumentException($"{planes.Length} logits are not {classes} classes of {_pixels} pixels", nameof(planes));
        int lanes = (classes + LaneCount - 1) / LaneCount * LaneCount;
        var rows = new float[checked(_pixels * lanes)];
        Array.Fill(rows, Never);
        for (int c = 0; c < classes; c++)
        {
            ReadOnlySpan<float> plane = planes.Slice(c * _pixels, _pixels);
            for (int pixel = 0; pixel < plane.Length; pixel++)
                rows[(pixel * lanes) + c] = plane[pixel];
        }

        return (rows, lanes);
    }

    private float[] Planes(float[] rows, int lanes, int classes)
    {
        var planes = new float[classes * _pixels];
        for (int c = 0; c < classes; c++)
        {
            Span<float> plane = planes.AsSpan(c * _pixels, _pixels);
            for (int pixel = 0; pixel < plane.Length; pixel++)
                plane[pixel] = rows[(pixel * lanes) + c];
        }

        return planes;
    }
}
