using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>Brings the sums of a weight gradient into canonical order K,C,kh,kw, one vector of output channels a ticket.</summary>
internal unsafe struct UnpackSumsJob : ICpuJob
{
    private const int SquareSize = 8;
    private float* _sums;
    private PackedWeightLayout _layout;
    private int _outputChannels;
    private int _inputChannels;
    private float* _weightGradient;

    /// <summary>Brings sums into canonical order.</summary>
    /// <param name="device">The device.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="layout">Their order.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="weightGradient">The canonical weight gradient.</param>
    public static void Run(CpuDevice device, float* sums, in PackedWeightLayout layout, int outputChannels, int inputChannels, float* weightGradient) =>
        device.Threads.Run(
            new UnpackSumsJob
            {
                _sums = sums,
                _layout = layout,
                _outputChannels = outputChannels,
                _inputChannels = inputChannels,
                _weightGradient = weightGradient,
            },
            layout.Vectors);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        int group = ticket / _layout.GroupVectors;
        int width = _layout.VectorsOf(group) * _layout.Lanes;
        float* sums = _sums + _layout.GroupStart(group) + ((ticket % _layout.GroupVectors) * _layout.Lanes);
        int first = ticket * _layout.Lanes;
        int lanes = Math.Min(_layout.Lanes, _outputChannels - first);
        nint count = (nint)_inputChannels * _layout.Taps;
        float* target = _weightGradient + (first * count);
        float** places = stackalloc float*[SquareSize];
        int tap = 0;
        int channel = 0;
        for (nint i = 0; i < count; i += SquareSize)
        {
            int columns = (int)Math.Min(SquareSize, count - i);
            for (int j = 0; j < columns; j++)
            {
                places[j] = sums + ((((nint)tap * _layout.Reduced) + channel) * width);
                if (++tap == _layout.Taps)
                    (tap, channel) = (0, channel + 1);
            }

            int lane = 0;
            if (columns == SquareSize && Square8.IsSupported)
            {
                for (; lane + SquareSize <= lanes; lane += SquareSize)
                    Square8.LoadTransposed(places, lane).Store(target + (lane * count) + i, count);
            }

            for (; lane < lanes; lane++)
            {
                for (int j = 0; j < columns; j++)
                    target[(lane * count) + i + j] = places[j][lane];
            }
        }
    }
}
