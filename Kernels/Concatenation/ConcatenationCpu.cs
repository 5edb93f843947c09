using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Concatenation;

/// <summary>Concatenation on the <c>cpu</c> device: copies of eight channels of a pixel, between any mixture of channel blocks 8 and 16.</summary>
internal static unsafe class ConcatenationCpu
{
    private const int Group = 8;

    /// <summary>Whether the channels of an input start at a multiple of eight and both layouts have blocks of 8 or 16.</summary>
    public static bool Supports(int firstChannel, TensorLayout input, TensorLayout output) =>
        firstChannel % Group == 0 && input.ChannelBlock is 8 or 16 && output.ChannelBlock is 8 or 16;

    /// <summary>
    /// output[:, firstChannel .. firstChannel + C] = input. Inputs must be given in the order of their channels: a call may write zeros behind
    /// its own channels, which the next one overwrites and which the last one leaves as padding.
    /// </summary>
    public static void Forward(CpuDevice device, int firstChannel, TensorView input, TensorView output)
    {
        bool last = firstChannel + input.Layout.Channels == output.Layout.Channels;
        int groups = last ? (output.Layout.ChannelBlocks * output.Layout.ChannelBlock / Group) - (firstChannel / Group) : GroupsOf(input.Layout.Channels);
        Run(device, new ChannelPlanes(input), 0, new ChannelPlanes(output), firstChannel / Group, groups, input.Layout.Channels);
    }

    /// <summary>inputGradient = the channels of outputGradient from firstChannel on.</summary>
    public static void Backward(CpuDevice device, int firstChannel, TensorView outputGradient, TensorView inputGradient)
    {
        int groups = inputGradient.Layout.ChannelBlocks * inputGradient.Layout.ChannelBlock / Group;
        Run(device, new ChannelPlanes(outputGradient), firstChannel / Group, new ChannelPlanes(inputGradient), 0, groups, inputGradient.Layout.Channels);
    }

    private static int GroupsOf(int channels) => (channels + Group - 1) / Group;

    private static void Run(CpuDevice device, ChannelPlanes source, int sourceGroup, ChannelPlanes target, int targetGroup, int groups, int channels)
    {
        var tickets = new PlaneTickets(new ChannelPlanes(target.Data, new TensorLayout(target.Batch, groups * Group, target.Height, target.Width, Group)));
        var job = new CopyJob
        {
            Source = source, SourceGroup = sourceGroup, Target = target, TargetGroup = targetGroup, Groups = groups, Channels = channels, Tickets = tickets,
        };
        device.Threads.Run(job, tickets.Count);
    }

    /// <summary>Copies groups of eight channels; channels past the last become zeros.</summary>
    private struct CopyJob : ICpuJob
    {
        public ChannelPlanes Source;
        public int SourceGroup;
        public ChannelPlanes Target;
        public int TargetGroup;
        public int Groups;
        public int Channels;
        public PlaneTickets Tickets;

        public readonly void Execute(int ticket, int worker)
        {
            (int plane, int first, int length) = Tickets.Find(ticket);
            int image = plane / Groups;
            int group = plane % Groups;
            Vector256<float> kept = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(Channels - (group * Group))).AsSingle();
            float* target = Pixel(Target, image, TargetGroup + group, first);
            if (group < GroupsOf(Channels))
                Copy(Pixel(Source, image, SourceGroup + group, first), Source.Block, target, Target.Block, length, kept);
            else
                Copy(target, Target.Block, target, Target.Block, length, kept);
        }

        private static float* Pixel(in ChannelPlanes planes, int image, int group, int pixel)
        {
            int channel = group * Group;
            return planes.Data + (image * planes.Image) + (channel / planes.Block * planes.Plane) + ((nint)pixel * planes.Block) + (channel % planes.Block);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Copy(float* source, int sourceStep, float* target, int targetStep, int length, Vector256<float> kept)
        {
            for (; length > 0; length--, source += sourceStep, target += targetStep)
                (Vector256.Load(source) & kept).Store(target);
        }
    }
}
