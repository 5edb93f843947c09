using System.Numerics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>The sizes of a sort of all pixels' errors, once for each class. Class c has the places c * Length up to (c + 1) * Length; its pixels end up at the first of them.</summary>
/// <param name="Classes">C.</param>
/// <param name="Pixels">N x H x W.</param>
/// <param name="Length">The places of a class: the power of two at or above the number of pixels.</param>
public readonly record struct ErrorOrder(int Classes, int Pixels, int Length)
{
    // Long enough that adding up the slices costs little, short enough for the threads of a GPU.
    private const int PlacesASlice = 256;

    /// <summary>The ranges of places of a class that are each walked by one thread.</summary>
    public int Slices => (Pixels + PlacesASlice - 1) / PlacesASlice;

    /// <summary>Works out the sizes.</summary>
    /// <exception cref="ArgumentException">There are more places than one array holds.</exception>
    public static ErrorOrder Of(int classes, int pixels)
    {
        uint length = BitOperations.RoundUpToPowerOf2((uint)pixels);
        if ((long)length * classes > int.MaxValue)
            throw new ArgumentException($"{classes} classes of {pixels} pixels are too many to sort: use a smaller batch or smaller images");
        return new ErrorOrder(classes, pixels, (int)length);
    }

    /// <summary>The first place of a slice in its class.</summary>
    public static int Start(int slice) => slice * PlacesASlice;

    /// <summary>Sorts the items of all classes, largest error first.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="errors">What they are ordered by, Classes x Length.</param>
    /// <param name="pixels">What moves along, and decides between equals.</param>
    internal void Sort(Device device, DeviceArray<float> errors, DeviceArray<int> pixels)
    {
        if (CpuPath.Of(device) is { } cpu)
        {
            LovaszSoftmaxCpu.Sort(cpu, this, errors.View, pixels.View);
            return;
        }

        for (long run = 2; run <= Length; run *= 2)
        {
            for (int distance = (int)(run / 2); distance > 0; distance /= 2)
                LovaszSortLauncher.Exchange(device, errors.Length / 2, this, (int)run, distance, errors.View, pixels.View);
        }
    }

    /// <summary>The end of a slice in its class, exclusive.</summary>
    public int End(int slice) => Math.Min(Pixels, (slice + 1) * PlacesASlice);
}
