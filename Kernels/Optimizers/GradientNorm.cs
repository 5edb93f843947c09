using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>
/// Limits the length of all gradients together: where their Euclidean norm is above the limit, all are multiplied by limit / (norm + 1e-6).
/// Pascanu, Mikolov and Bengio, ICML 2013. PyTorch: <c>torch.nn.utils.clip_grad_norm_</c>.
/// </summary>
public sealed class GradientNorm
{
    private const double Epsilon = 1e-6;
    private readonly Device _device;
    private readonly Tensor _partials;
    private readonly Tensor _counts;
    private readonly Tensor _squares;
    private readonly float[] _read;

    /// <summary>Makes the memory for the sums.</summary>
    /// <param name="device">Where the gradients lie.</param>
    /// <param name="gradients">The most gradients that are measured at once, at least 1.</param>
    public GradientNorm(Device device, int gradients)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(gradients, 1);
        _device = device;
        _partials = Tensor.Persistent(device, TensorShape.Vector(gradients * GradientNormKernels.MostRanges), memoryClass: MemoryClass.Optimizer, name: "partial sums of squared gradients");
        _counts = Tensor.Persistent(device, TensorShape.Vector(gradients), memoryClass: MemoryClass.Optimizer, name: "ranges of gradients");
        _squares = Tensor.Persistent(device, TensorShape.Vector(gradients), memoryClass: MemoryClass.Optimizer, name: "squared gradients");
        _read = new float[gradients];
    }

    /// <summary>Measures gradients and shortens them where they are longer than the limit together.</summary>
    /// <param name="gradients">The gradients, changed.</param>
    /// <param name="limit">The greatest norm, above 0.</param>
    /// <returns>The norm before; it is no finite number where a gradient is none, and the gradients are then left as they are.</returns>
    public double Clip(IReadOnlyList<Tensor> gradients, double limit)
    {
        double norm = Measure(gradients);
        double factor = limit / (norm + Epsilon);
        if (!double.IsFinite(norm) || factor >= 1)
            return norm;
        for (int first = 0; first < gradients.Count; first += EightViews.Count)
        {
            EightViews views = Views(gradients, first);
            GradientNormLauncher.Shorten(
                _device, views.Size(_device),
                views[0].Target, views[1].Target, views[2].Target, views[3].Target, views[4].Target, views[5].Target, views[6].Target, views[7].Target,
                new Shortening((float)factor));
        }

        return norm;
    }

    /// <summary>The root of the sum of all squares.</summary>
    /// <exception cref="ArgumentException">There are more gradients than the memory was made for.</exception>
    public double Measure(IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Count > _read.Length)
            throw new ArgumentException($"{gradients.Count} gradients, but there is memory for {_read.Length}", nameof(gradients));
        if (gradients.Count == 0)
            return 0;
        for (int first = 0; first < gradients.Count; first += EightViews.Count)
        {
            EightViews views = Views(gradients, first);
            int ranges = 0;
            for (int i = 0; i < EightViews.Count; i++)
                ranges += GradientNormKernels.Ranges(views[i].Target);
            GradientNormLauncher.SquarePartials(
                _device, ranges,
                views[0].Target, views[1].Target, views[2].Target, views[3].Target, views[4].Target, views[5].Target, views[6].Target, views[7].Target,
                first, _partials.Data, _counts.Data);
        }

        GradientNormLauncher.Totals(_device, gradients.Count, _partials.Data, _counts.Data, _squares.Data);

        // One copy for all of them: a device far away is asked once.
        _squares.Read(_read);
        double sum = 0;
        for (int i = 0; i < gradients.Count; i++)
            sum += _read[i];
        return Math.Sqrt(sum);
    }

    private static EightViews Views(IReadOnlyList<Tensor> gradients, int first)
    {
        var views = default(EightViews);
        for (int i = 0; i < EightViews.Count && first + i < gradients.Count; i++)
            views[i] = new UpdateViews(gradients[first + i].Data, default, default, default);
        return views;
    }
}
