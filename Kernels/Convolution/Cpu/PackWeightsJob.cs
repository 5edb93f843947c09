using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// Brings canonical weights K,C,kh,kw into <see cref="PackedWeightLayout"/>. For the input gradient the two kinds of channels change places
/// and the taps run backwards. A ticket reads weights that follow one another: those of a vector of output channels, or of some of them.
/// </summary>
internal unsafe struct PackWeightsJob : ICpuJob
{
    private const int SquareSize = 8;
    private const int ReducedEach = 8;
    private const int RowsAhead = 8;
    private const int LineFloats = 16;
    private float* _weight;
    private float* _packed;
    private PackedWeightLayout _layout;
    private int _outputChannels;
    private int _inputChannels;
    private bool _transposed;
    private float* _scale;

    /// <summary>Packs weights.</summary>
    /// <param name="device">The device.</param>
    /// <param name="weight">The canonical weights.</param>
    /// <param name="packed">The result.</param>
    /// <param name="layout">The order of the result.</param>
    /// <param name="outputChannels">K of the canonical weights.</param>
    /// <param name="inputChannels">C of the canonical weights.</param>
    /// <param name="transposed">Packs for the input gradient.</param>
    /// <param name="scale">A factor for each output channel of a forward pass, or null. Folds a normalisation into the weights.</param>
    public static void Run(
        CpuDevice device, float* weight, float* packed, in PackedWeightLayout layout, int outputChannels, int inputChannels, bool transposed, float* scale) =>
        device.Threads.Run(
            new PackWeightsJob
            {
                _weight = weight,
                _packed = packed,
                _layout = layout,
                _outputChannels = outputChannels,
                _inputChannels = inputChannels,
                _transposed = transposed,
                _scale = scale,
            },
            !transposed ? layout.Vectors : layout.Taps == 1 ? layout.Groups : (layout.Reduced + ReducedEach - 1) / ReducedEach);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        if (!_transposed)
        {
            PackVector(ticket);
            return;
        }

        if (_layout.Taps == 1)
        {
            CopyGroup(ticket);
            return;
        }

        int end = Math.Min(_layout.Reduced, (ticket + 1) * ReducedEach);
        for (int k = ticket * ReducedEach; k < end; k++)
        {
            for (int vector = 0; vector < _layout.Vectors; vector++)
                PackReduced(k, vector);
        }
    }

    // With a single tap, the channels that become output channels lie side by side already. Writing in order and reading far apart waits less
    // than the reverse: loads that miss do not hold up those behind them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyGroup(int group)
    {
        int width = _layout.VectorsOf(group) * _layout.Lanes;
        int first = group * _layout.GroupVectors * _layout.Lanes;
        int count = Math.Clamp(_inputChannels - first, 0, width);
        float* source = _weight + first;
        float* target = _packed + _layout.GroupStart(group);
        for (int k = 0; k < _layout.Reduced; k++, source += _inputChannels, target += width)
        {
            int copied = k < _outputChannels ? count : 0;
            Prefetch.Lines(source + (RowsAhead * _inputChannels), LineFloats, width / LineFloats);
            new ReadOnlySpan<float>(source, copied).CopyTo(new Span<float>(target, copied));
            new Span<float>(target + copied, width - copied).Clear();
        }
    }

    private readonly float* Target(int vector, out int step)
    {
        int group = vector / _layout.GroupVectors;
        step = _layout.VectorsOf(group) * _layout.Lanes;
        return _packed + _layout.GroupStart(group) + ((vector % _layout.GroupVectors) * _layout.Lanes);
    }

    private readonly void PackVector(int vector)
    {
        float* target = Target(vector, out int step);
        int channel = vector * _layout.Lanes;
        int lanes = Math.Clamp(_outputChannels - channel, 0, _layout.Lanes);
        for (int tap = 0; tap < _layout.Taps && (lanes < _layout.Lanes || _inputChannels < _layout.Reduced); tap++)
        {
            for (int c = 0; c < _layout.Reduced; c++)
                ClearFrom(c < _inputChannels ? lanes : 0, target + ((((nint)tap * _layout.Reduced) + c) * step));
        }

        nint laneStep = (nint)_layout.Taps * _inputChannels;
        Turn(_weight + (channel * laneStep), laneStep, lanes, _layout.Taps * _inputChannels, 0, target, step);
        if (_scale != null)
            MultiplyBy(target, step, lanes, _scale + channel);
    }

    // Of one output channel, the taps of the input channels follow one another.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PackReduced(int k, int vector)
    {
        float* target = Target(vector, out int step);
        int channel = vector * _layout.Lanes;
        int lanes = k < _outputChannels ? Math.Clamp(_inputChannels - channel, 0, _layout.Lanes) : 0;
        for (int tap = 0; tap < _layout.Taps && lanes < _layout.Lanes; tap++)
            ClearFrom(lanes, target + ((((nint)tap * _layout.Reduced) + k) * step));
        if (lanes > 0)
            Turn(_weight + ((((nint)k * _inputChannels) + channel) * _layout.Taps), _layout.Taps, lanes, _layout.Taps, k, target, step);
    }

    // Padded lanes and padded reduced channels are zero.
    private readonly void ClearFrom(int lanes, float* vector) => new Span<float>(vector + lanes, _layout.Lanes - lanes).Clear();

    /// <summary>Numbers that lie side by side, taps of one reduced channel after those of another, each go to the vector of their tap and channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Turn(float* source, nint laneStep, int lanes, int count, int firstReduced, float* target, int step)
    {
        int i = 0;
        int reduced = firstReduced;
        int tap = 0;
        float** places = stackalloc float*[SquareSize];
        while (i < count)
        {
            int columns = Math.Min(SquareSize, count - i);
            for (int j = 0; j < columns; j++)
            {
                places[j] = target + ((((nint)(_transposed ? _layout.Taps - 1 - tap : tap) * _layout.Reduced) + reduced) * step);
                if (++tap == _layout.Taps)
                    (tap, reduced) = (0, reduced + 1);
            }

            int lane = 0;
            if (columns == SquareSize && Square8.IsSupported)
            {
                for (; lane + SquareSize <= lanes; lane += SquareSize)
                    Square8.LoadTransposed(source + i + (lane * laneStep), laneStep).Store(places, lane);
            }

            for (; lane < lanes; lane++)
            {
                for (int j = 0; j < columns; j++)
                    places[j][lane] = source[i + j + (lane * laneStep)];
            }

            i += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void MultiplyBy(float* target, int step, int lanes, float* scale)
    {
        for (nint row = 0; row < (nint)_layout.Taps * _layout.Reduced; row++, target += step)
        {
            for (int lane = 0; lane < lanes; lane++)
                target[lane] *= scale[lane];
        }
    }
}
