namespace SegFromScratch.Kernels.Padding;

/// <summary>One axis of a padded image, both ways: which pixel an output reads, and which outputs read a pixel.</summary>
/// <param name="Input">n, the pixels of the image.</param>
/// <param name="Before">Pixels added before it.</param>
/// <param name="After">Pixels added after it.</param>
/// <param name="Mode">A <see cref="PaddingMode"/> as a number, for kernels.</param>
public readonly record struct PaddingAxis(int Input, int Before, int After, int Mode)
{
    /// <summary>n + before + after.</summary>
    public int Output => Before + Input + After;

    /// <summary>The pixel that output i reads, or -1 for the constant.</summary>
    public int Source(int i)
    {
        int pixel = i - Before;
        if (pixel >= 0 && pixel < Input)
            return pixel;
        if (Mode == (int)PaddingMode.Replicate)
            return pixel < 0 ? 0 : Input - 1;
        if (Mode == (int)PaddingMode.Reflect)
            return pixel < 0 ? -pixel : (2 * (Input - 1)) - pixel;
        return -1;
    }

    /// <summary>How many readers to ask <see cref="Reader"/> for: the image itself, and for the edges of a replicated image everything beyond, else both mirrors.</summary>
    public int Readers(int pixel)
    {
        if (Mode == (int)PaddingMode.Replicate)
            return 1 + (pixel == 0 ? Before : 0) + (pixel == Input - 1 ? After : 0);
        return Mode == (int)PaddingMode.Reflect ? 3 : 1;
    }

    /// <summary>The output that is reader number k of a pixel, or -1 where a mirror does not reach it.</summary>
    public int Reader(int pixel, int k)
    {
        if (Mode == (int)PaddingMode.Replicate)
            return pixel == 0 ? k : Before + pixel + k;
        if (k == 0)
            return Before + pixel;
        if (k == 1)
            return pixel >= 1 && pixel <= Before ? Before - pixel : -1;
        int beyond = Input - 2 - pixel;
        return beyond >= 0 && beyond < After ? Before + Input + beyond : -1;
    }
}
