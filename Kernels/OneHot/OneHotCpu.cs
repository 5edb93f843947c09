using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.OneHot;

/// <summary>One-hot planes on the <c>cpu</c> device, for planes of channel block 8 or 16: eight classes of a pixel at a time.</summary>
internal static unsafe class OneHotCpu
{
    /// <summary>Whether these kernels can work on planes of a layout.</summary>
    public static bool Supports(TensorLayout planes) => planes.ChannelBlock is 8 or 16;

    /// <summary>planes[n,c,y,x] = 1 where the pixel's class is c and not the ignored one, else 0; 0 in padded channels.</summary>
    public static void Planes(CpuDevice device, ArrayView<int> classMap, int ignoreIndex, TensorView planes)
    {
        var job = new PlanesJob { ClassMap = classMap.Pointer, IgnoreIndex = ignoreIndex, Planes = new ChannelPlanes(planes), Tickets = new LaneTickets(new ChannelPlanes(planes)) };
        device.Threads.Run(job, job.Tickets.Count);
    }

    private struct PlanesJob : ICpuJob
    {
        public int* ClassMap;
        public int IgnoreIndex;
        public ChannelPlanes Planes;
        public LaneTickets Tickets;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            LaneTickets.Place place = Tickets.Find(ticket);
            int* labels = ClassMap + ((nint)place.Image * Planes.Height * Planes.Width) + place.First;
            float* to = Planes.Data + place.Offset;
            Vector256<int> classes = Vector256<int>.Indices + Vector256.Create(place.Channel);
            Vector256<float> one = Vector256<float>.One & place.Filled;
            for (int i = 0; i < place.Length; i++, to += Planes.Block)
            {
                Vector256<float> own = labels[i] == IgnoreIndex ? default : Vector256.Equals(classes, Vector256.Create(labels[i])).AsSingle();
                (own & one).Store(to);
            }
        }
    }
}
