using System.Numerics;
using MathNet.Numerics.Differentiation;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.IntegralTransforms;
using MathNet.Numerics.Interpolation;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MatrixProduct;

namespace SegFromScratch.Tests.Operations;

/// <summary>
/// Operations against MathNet.Numerics, which knows nothing of our definitions: the references that all other checks rest on were written here, and a mistake in
/// one would be a mistake in both. Where mathematics has another way to the same numbers, it is taken: Fourier transforms, splines, distributions.
/// </summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class MathNetOracleTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    [Test]
    public void Convolution_is_the_inverse_transform_of_a_product_of_spectra()
    {
        const int Height = 13, Width = 18, Size = 32;
        float[] image = Normals(Height * Width, seed: 1), window = Normals(5 * 5, seed: 2);

        // Both on a torus that is large enough for nothing to meet its own copy. The conjugate makes a correlation of the convolution.
        Complex[] spectrum = Spectrum(image, Width, Size), windowSpectrum = Spectrum(window, 5, Size);
        for (int i = 0; i < spectrum.Length; i++)
            spectrum[i] *= Complex.Conjugate(windowSpectrum[i]);
        Transform(spectrum, Size, Fourier.Inverse);

        // With a padding of 2 the window's corner lies two rows and columns before the output's pixel.
        double[] expected = [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) select spectrum[((y - 2 + Size) % Size * Size) + ((x - 2 + Size) % Size)].Real];

        using Step step = Begin();
        Tensor output = Convolution.Apply(
            step, Feature(step, new TensorShape(1, 1, Height, Width), image), Plain(step, new TensorShape(1, 1, 5, 5), window), options: ConvolutionOptions.Symmetric(2));
        AssertNear(output.ToArray(), expected, tolerance: 1e-5);
    }

    [Test]
    public void Matrix_product_and_its_gradients_are_those_of_linear_algebra()
    {
        const int Rows = 19, Terms = 33, Columns = 21;
        float[] a = Normals(Rows * Terms, seed: 3), b = Normals(Terms * Columns, seed: 4), cotangent = Normals(Rows * Columns, seed: 5);
        Matrix<double> left = OfRows(a, Rows, Terms), right = OfRows(b, Terms, Columns), given = OfRows(cotangent, Rows, Columns);

        using Step step = Begin();
        Tensor first = Plain(step, new TensorShape(1, 1, Rows, Terms), a), second = Plain(step, new TensorShape(1, 1, Terms, Columns), b);
        Tensor product = MatrixProduct.Apply(step, first, second);
        BackwardWith(step, product, cotangent);

        AssertNear(product.ToArray(), InRows(left * right), tolerance: 1e-5);
        AssertNear(first.Gradient!.ToArray(), InRows(given * right.Transpose()), tolerance: 1e-5);
        AssertNear(second.Gradient!.ToArray(), InRows(left.Transpose() * given), tolerance: 1e-5);
    }

    [Test]
    public void Batch_normalization_gives_standard_scores()
    {
        const int Pixels = 5 * 7;
        float[] x = Normals(Pixels, seed: 6);
        double[] values = [.. x.Select(value => (double)value)];
        double mean = ArrayStatistics.Mean(values), deviation = Math.Sqrt(ArrayStatistics.PopulationVariance(values) + 1e-5);

        using Step step = Begin();
        Tensor runningMean = Plain(step, TensorShape.Vector(1), 0f), runningVariance = Plain(step, TensorShape.Vector(1), 1f);
        Tensor output = BatchNormalization.Apply(
            step, Feature(step, new TensorShape(1, 1, 5, 7), x), gamma: null, beta: null, runningMean, runningVariance, new BatchNormalizationOptions { Momentum = 0.1f, Epsilon = 1e-5f });

        AssertNear(output.ToArray(), [.. values.Select(value => (value - mean) / deviation)], tolerance: 1e-5);
        AssertNear(runningMean.ToArray(), [0.1 * mean]);
        AssertNear(runningVariance.ToArray(), [0.9 + (0.1 * ArrayStatistics.Variance(values))]);
    }

    [TestCase(InterpolationMode.Bilinear)]
    [TestCase(InterpolationMode.BilinearAlignCorners)]
    public void Enlargement_is_a_linear_spline_along_rows_and_then_along_columns(InterpolationMode mode)
    {
        const int Height = 4, Width = 5, NewHeight = 11, NewWidth = 13;
        float[] x = Normals(Height * Width, seed: 7);
        double[][] wide = [.. Enumerable.Range(0, Height).Select(y => Spline([.. x.AsSpan(y * Width, Width).ToArray().Select(value => (double)value)], NewWidth, mode))];
        double[][] columns = [.. Enumerable.Range(0, NewWidth).Select(column => Spline([.. wide.Select(row => row[column])], NewHeight, mode))];

        using Step step = Begin();
        Tensor output = Interpolation.Apply(step, Feature(step, new TensorShape(1, 1, Height, Width), x), NewHeight, NewWidth, mode);
        AssertNear(output.ToArray(), [.. from y in Enumerable.Range(0, NewHeight) from column in columns select column[y]], tolerance: 1e-5);
    }

    [Test]
    public void Gelu_is_a_number_times_the_chance_of_a_smaller_one()
    {
        float[] x = [.. Enumerable.Range(-40, 81).Select(i => i / 8f)];
        using Step step = Begin();
        Tensor input = Feature(step, new TensorShape(1, 1, 9, 9), x);
        Tensor output = Activation.Gelu(step, input);
        BackwardWith(step, output, [.. Enumerable.Repeat(1f, x.Length)]);

        // d/dx x P(X < x) = P(X < x) + x p(x).
        AssertNear(output.ToArray(), [.. x.Select(value => value * Normal.CDF(0, 1, value))]);
        AssertNear(input.Gradient!.ToArray(), [.. x.Select(value => Normal.CDF(0, 1, value) + (value * Normal.PDF(0, 1, value)))], tolerance: 2e-6);
    }

    [Test]
    public void Cross_entropy_falls_as_its_numerical_derivative_says()
    {
        const int Classes = 5, Pixels = 3;
        float[] logits = Normals(Classes * Pixels, seed: 8);
        int[] target = [4, 0, 2];
        double[] at = [.. logits.Select(value => (double)value)];

        // Logits are C,H,W: a pixel's lie one plane apart.
        double Loss(double[] z) => Enumerable.Range(0, Pixels).Average(pixel =>
            Math.Log(Enumerable.Range(0, Classes).Sum(c => Math.Exp(z[(c * Pixels) + pixel]))) - z[(target[pixel] * Pixels) + pixel]);
        double[] expected = new NumericalJacobian(5, 2).Evaluate(Loss, at);

        using Step step = Begin();
        Tensor input = Feature(step, new TensorShape(1, Classes, 1, Pixels), logits);
        Tensor loss = CrossEntropy.Apply(step, input, step.InputArray<int>(target, "target"));
        step.Backward(loss);
        AssertNear([loss.ToScalar()], [Loss(at)]);
        AssertNear(input.Gradient!.ToArray(), expected);
    }

    private static float[] Normals(int count, int seed)
    {
        double[] samples = new double[count];
        Normal.Samples(new Random(seed), samples, 0, 1);
        return [.. samples.Select(value => (float)value)];
    }

    private static Matrix<double> OfRows(float[] values, int rows, int columns) =>
        Matrix<double>.Build.DenseOfRowMajor(rows, columns, values.Select(value => (double)value));

    private static double[] InRows(Matrix<double> matrix) => matrix.ToRowMajorArray();

    private static Complex[] Spectrum(float[] values, int width, int size)
    {
        var grid = new Complex[size * size];
        for (int i = 0; i < values.Length; i++)
            grid[(i / width * size) + (i % width)] = values[i];
        Transform(grid, size, Fourier.Forward);
        return grid;
    }

    private static void Transform(Complex[] grid, int size, Action<Complex[], FourierOptions> line)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < size; i++)
            {
                (int start, int stride) = pass == 0 ? (i * size, 1) : (i, size);
                Complex[] samples = [.. Enumerable.Range(0, size).Select(j => grid[start + (j * stride)])];
                line(samples, FourierOptions.Matlab);
                for (int j = 0; j < size; j++)
                    grid[start + (j * stride)] = samples[j];
            }
        }
    }

    // The places in pixels of the given line at which the longer line's pixels lie.
    private static double[] Spline(double[] line, int count, InterpolationMode mode)
    {
        var spline = LinearSpline.InterpolateSorted([.. Enumerable.Range(0, line.Length).Select(i => (double)i)], line);
        double last = line.Length - 1;
        return
        [
            .. Enumerable.Range(0, count)
                .Select(i => mode == InterpolationMode.Bilinear ? ((i + 0.5) * line.Length / count) - 0.5 : i * last / (count - 1))
                .Select(place => spline.Interpolate(Math.Clamp(place, 0, last))),
        ];
    }
}
