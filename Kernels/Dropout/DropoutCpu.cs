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

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            (int plane, int first, int length) = Tickets.Find(ticket);
            float* input = Input.Data + (plane * Input.Plane) + ((nint)first * Input.Block);
            float* output = Output + (plane * Input.Plane) + ((nint)first * Input.Block);
            int pixels = Input.Height * Input.Width;
            int image = plane / Input.Blocks;
            for (int half = 0; half < Input.Block; half += 8)
            {
                int channel = (plane % Input.Blocks * Input.Block) + half;
                Vector256<uint> places = Vector256.Create((uint)((image * Input.Channels) + channel)) + Vector256<uint>.Indices;
                Vector256<float> factor = VectorPhilox.Uniform(places, KeyLow, KeyHigh);
                places = WholeChannels ? places : (places * (uint)pixels) + Vector256.Create((uint)first);
                for (int pixel = 0; pixel < length; pixel++)
                {
                    Vector256<float> random = WholeChannels ? factor : VectorPhilox.Uniform(places + Vector256.Create((uint)pixel), KeyLow, KeyHigh);
                    nint at = ((nint)pixel * Input.Block) + half;
                    Vector256<float> kept = Vector256.GreaterThanOrEqual(random, Vector256.Create(Rate));
                    (Vector256.Load(input + at) * Scale & kept).Store(output + at);
                }
            }
        }
    }
}
