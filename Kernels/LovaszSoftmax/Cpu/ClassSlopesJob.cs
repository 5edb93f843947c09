using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.LovaszSoftmax.Cpu;

/// <summary>Loss and slopes of a class, one class a ticket: errors are sorted, then the rise of the Jaccard loss follows from counts. Formulas: <see cref="LovaszSoftmaxKernels.Slopes"/>.</summary>
internal unsafe struct ClassSlopesJob : ICpuJob
{
    /// <summary>p.</summary>
    public ChannelPlanes Probabilities;

    /// <summary>The class of each pixel, n, y, x in order.</summary>
    public int* Target;

    /// <summary>The class of pixels that do not count.</summary>
    public int IgnoreIndex;

    /// <summary>Room for the sort, <see cref="SortBytes"/> a worker.</summary>
    public byte* Memory;

    /// <summary>Bytes of a worker.</summary>
    public nint SortBytes;

    /// <summary>Written in the layout of p: the derivative of the class's loss by the pixel's probability; 0 where the pixel does not count or the class is absent.</summary>
    public float* Slopes;

    /// <summary>Written, one a class: the sum of errors times rises.</summary>
    public float* Losses;

    /// <summary>Written: pixels of each class.</summary>
    public int* Totals;

    private readonly int Pixels => Probabilities.Height * Probabilities.Width;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        var sort = new ErrorSort(Memory + (worker * SortBytes), Probabilities.Batch * Pixels);
        nint channel = (ticket / Probabilities.Block * Probabilities.Plane) + (ticket % Probabilities.Block);
        int total = Collect(ticket, channel, ref sort);
        Totals[ticket] = total;
        Losses[ticket] = 0f;
        if (total == 0)
            return;
        sort.Sort();
        double loss = 0;
        int seen = 0;
        for (int place = 0; place < sort.Count; place++)
        {
            int pixel = sort.Pixel(place);
            bool isOwn = Target[pixel] == ticket;
            if (isOwn)
                seen++;

            // As a quotient, not as the difference of two Jaccard losses, which would have no digits left among a million pixels.
            float union = total + place + 1 - seen;
            float rise = isOwn ? 1f / union : (total - seen) / union / (union - 1f);
            loss += sort.Error(place) * (double)rise;
            Slopes[Place(channel, pixel)] = isOwn ? -rise : rise;
        }

        Losses[ticket] = (float)loss;
    }

    // Slopes become 0, errors of pixels that count are collected; the number of pixels of the class.
    private readonly int Collect(int c, nint channel, ref ErrorSort sort)
    {
        int total = 0, pixel = 0;
        for (int image = 0; image < Probabilities.Batch; image++)
        {
            nint at = (image * Probabilities.Image) + channel;
            for (int i = 0; i < Pixels; i++, pixel++, at += Probabilities.Block)
            {
                Slopes[at] = 0f;
                int label = Target[pixel];
                if (label == IgnoreIndex || (uint)label >= (uint)Probabilities.Channels)
                    continue;
                float p = Probabilities.Data[at], error = label == c ? 1f - p : p;

                // Beyond the range of probabilities nothing is counted, as on other devices.
                if (error < 0f)
                    continue;
                total += label == c ? 1 : 0;
                sort.Add(error, pixel);
            }
        }

        return total;
    }

    private readonly nint Place(nint channel, int pixel) =>
        (pixel / Pixels * Probabilities.Image) + (pixel % Pixels * (nint)Probabilities.Block) + channel;
}
