using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Concatenation;

/// <summary>
/// Concatenation on the <c>cpu</c> device: copies of eight channels of a pixel, between any mixture of channel blocks 8 and 16.
/// One job copies all inputs: each cache line of the whole is then fetched once, even where its pixel has channels of two inputs.
/// </summary>
internal static unsafe class ConcatenationCpu
{
    private const int Group = 8;

    // 64 KB of the whole, so that a line is still in the cache when its second half is copied.
    private const int PixelsEach = 1024;

    /// <summary>Whether the channels of every input start at a multiple of eight and all layouts have blocks of 8 or 16.</summary>
    public static bool Supports(ReadOnlySpan<Tensor> inputs, TensorLayout whole)
    {
        int channels = 0;
        foreach (Tensor input in inputs)
        {
            if (channels % Group != 0 || input.Layout.ChannelBlock is not (8 or 16))
                return false;
            channels += input.Layout.Channels;
        }

        return whole.ChannelBlock is 8 or 16;
    }

    /// <summary>output = the inputs' channels one after the other; padded channels are zeros.</summary>
    public static void Forward(CpuDevice device, ReadOnlySpan<Tensor> inputs, TensorView output) =>
        Run(device, inputs, inputs!, output, backward: false);

    /// <summary>Each input gradient = its channels of the output gradient; padded channels are zeros. Gradients that are null are not wanted.</summary>
    public static void Backward(CpuDevice device, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> inputGradients, TensorView outputGradient) =>
        Run(device, inputs, inputGradients, outputGradient, backward: true);

    private static void Run(CpuDevice device, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> memory, TensorView whole, bool backward)
    {
        Part* parts = stackalloc Part[inputs.Length];
        int channels = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            parts[i] = new Part(memory[i] is { } tensor ? tensor.Data.Pointer : null, inputs[i].Layout, channels / Group);
            channels += inputs[i].Layout.Channels;
        }

        var planes = new ChannelPlanes(whole);
        var tickets = new PlaneTickets(planes.Batch * planes.Blocks, planes.Height * planes.Width, PixelsEach);
        device.Threads.Run(new CopyJob { Whole = planes, Parts = parts, PartCount = inputs.Length, Backward = backward, Tickets = tickets }, tickets.Count);
    }

    /// <summary>One of the tensors that are joined.</summary>
    private readonly struct Part(float* data, TensorLayout layout, int firstGroup)
    {
        public readonly float* Data = data;
        public readonly ChannelPlanes Planes = new(data, layout);
        public readonly int FirstGroup = firstGroup;
        public readonly int Groups = (layout.Channels + Group - 1) / Group;
    }

    /// <summary>Copies, for some pixels of a channel block of the whole, each group of eight channels from or to the part that has it.</summary>
    private struct CopyJob : ICpuJob
    {
        public ChannelPlanes Whole;
        public Part* Parts;
        public int PartCount;
        public bool Backward;
        public PlaneTickets Tickets;

        public readonly void Execute(int ticket, int worker)
        {
            (int plane, int first, int length) = Tickets.Find(ticket);
            int image = plane / Whole.Blocks;
            float* whole = Whole.Data + (plane * Whole.Plane) + ((nint)first * Whole.Block);
            int group = plane % Whole.Blocks * Whole.Block / Group;
            for (int half = 0; half < Whole.Block; half += Group, group++, whole += Group)
            {
                Part* part = Find(group);
                if (part != null && part->Data != null)
                    Copy(*part, image, group - part->FirstGroup, first, whole, length);
                else if (part == null && !Backward)
                    Copy(whole, Whole.Block, whole, Whole.Block, length, default);
            }
        }

        private readonly Part* Find(int group)
        {
            for (Part* part = Parts; part < Parts + PartCount; part++)
            {
                if (group < part->FirstGroup + part->Groups)
                    return part;
            }

            return null;
        }

        private readonly void Copy(in Part part, int image, int group, int first, float* whole, int length)
        {
            ChannelPlanes planes = part.Planes;
            int channel = group * Group;
            float* pixel = planes.Data + (image * planes.Image) + (channel / planes.Block * planes.Plane) + ((nint)first * planes.Block) + (channel % planes.Block);
            Vector256<float> kept = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(planes.Channels - channel)).AsSingle();
            if (!Backward)
            {
                Copy(pixel, planes.Block, whole, Whole.Block, length, kept);
                return;
            }

            Copy(whole, Whole.Block, pixel, planes.Block, length, kept);
            if (group == part.Groups - 1 && channel % planes.Block + Group < planes.Block)
                Copy(pixel + Group, planes.Block, pixel + Group, planes.Block, length, default);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Copy(float* source, int sourceStep, float* target, int targetStep, int length, Vector256<float> kept)
        {
            for (; length > 0; length--, source += sourceStep, target += targetStep)
                (Vector256.Load(source) & kept).Store(target);
        }
    }
}
