using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Dropout.Cpu;

namespace SegFromScratch.Kernels.Dropout;

/// <summary>Dropout on the <c>cpu</c> device: the random numbers of <see cref="DropoutKernels"/>, eight pixels or channels at a time.</summary>
internal static unsafe class DropoutCpu
{
    /// <summary>Whether these kernels can work on a layout.</summary>
    public static bool Supports(TensorLayout layout) => layout.ChannelBlock is 8 or 16;

    /// <summary>output = scale * input where the element's random number is at least the rate, otherwise 0.</summary>
    public static void Apply(CpuDevice device, TensorView input, float rate, float scale, bool wholeChannels, uint keyLow, uint keyHigh, TensorView output)
    {
        var planes = new ChannelPlanes(input);
        var tickets = new PlaneTickets(planes);
        device.Threads.Run(
            new DropJob
            {
                Input = planes,
                Output = output.Data.Pointer,
                Tickets = tickets,
                Rate = rate,
                Scale = scale,
                WholeChannels = wholeChannels,
                KeyLow = keyLow,
                KeyHigh = keyHigh,
            },
            tickets.Count);
    }

    private struct DropJob : ICpuJob
    {
        public ChannelPlanes Input;
        public float* Output;
        public PlaneTickets Tickets;
        public float Rate;
        public float Scale;
        public bool WholeChannels;
        public uint KeyLow;
        public uint KeyHigh;

        public readonly void Execute(int ticket, int worker)
        {
            (int plane, int first, int length) = Tickets.Find(ticket);
            nint offset = (plane * Input.Plane) + ((nint)first * Input.Block);
            Vector256<uint> channels = Vector256.Create((uint)((plane / Input.Blocks * Input.Channels) + (plane % Input.Blocks * Input.Block))) + Vector256<uint>.Indices;

            // Two vectors at a time: the halves of a pixel of block 16, or two pixels of block 8.
            bool halves = Input.Block == 16;
            uint pixels = WholeChannels ? 1 : (uint)(Input.Height * Input.Width);
            uint step = WholeChannels ? 0 : 1u;
            Vector256<uint> places = (channels * pixels) + Vector256.Create(step * (uint)first);
            Vector256<uint> next = halves ? places + Vector256.Create(8 * pixels) : places + Vector256.Create(step);
            Drop(Input.Data + offset, Output + offset, length * Input.Block, places, next, Vector256.Create(halves ? step : 2 * step));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Drop(float* input, float* output, int length, Vector256<uint> first, Vector256<uint> second, Vector256<uint> step)
        {
            Vector256<ulong>* keys = stackalloc Vector256<ulong>[VectorPhilox.KeyVectors];
            var philox = new VectorPhilox(KeyLow, KeyHigh, keys);
            Vector256<float> rate = Vector256.Create(Rate), scale = Vector256.Create(Scale);
            for (int i = 0; i < length; i += 16, first += step, second += step)
            {
                (Vector256<float> a, Vector256<float> b) = philox.Uniform(first, second);
                (Vector256.Load(input + i) * scale & Vector256.GreaterThanOrEqual(a, rate)).Store(output + i);
                if (i + 8 < length)
                    (Vector256.Load(input + i + 8) * scale & Vector256.GreaterThanOrEqual(b, rate)).Store(output + i + 8);
            }
        }
    }
}
