using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.LovaszSoftmax.Cpu;

/// <summary>Sorts the items of a class, one class a ticket. Places behind the last pixel, whose errors are below all others, stay where they are.</summary>
internal unsafe struct SortJob : ICpuJob
{
    /// <summary>The sizes.</summary>
    public ErrorOrder Order;

    /// <summary>What is sorted by, in place.</summary>
    public float* Errors;

    /// <summary>What moves along; at first the pixels in order.</summary>
    public int* Pixels;

    /// <summary>Room for the sort, <see cref="SortBytes"/> a worker.</summary>
    public byte* Memory;

    /// <summary>Bytes of a worker.</summary>
    public nint SortBytes;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        var sort = new ErrorSort(Memory + (worker * SortBytes), Order.Pixels);
        float* errors = Errors + ((nint)ticket * Order.Length);
        int* pixels = Pixels + ((nint)ticket * Order.Length);
        for (int pixel = 0; pixel < Order.Pixels; pixel++)
            sort.Add(errors[pixel], pixels[pixel]);
        sort.Sort();
        for (int place = 0; place < Order.Pixels; place++)
        {
            errors[place] = sort.Error(place);
            pixels[place] = sort.Pixel(place);
        }
    }
}
