using System.Text.Json;
using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Polygons;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Coco;

/// <summary>
/// COCO's run lengths: the numbers of pixels outside, inside, outside, ... down the first column, then down the second. Either an array, or a
/// text of numbers in groups of 5 bits (least significant first, 0x20 marks that another group follows, 48 is added to each), where from
/// the fourth on each is the difference to the last but one.
/// </summary>
internal sealed record RunLengthRegion(byte Label, int[] Counts, int Width, int Height) : Region(Label)
{
    private const int GroupBits = 5, GroupMask = 0x1F, More = 0x20, SignBit = 0x10, FirstCharacter = 48, MaximumShift = 30;

    /// <summary>Reads {"size": [height, width], "counts": [...] or "..."}.</summary>
    /// <exception cref="DataSetException">The runs do not add up to the size.</exception>
    public static RunLengthRegion Read(JsonNode segmentation, byte label)
    {
        JsonNode[] size = [.. segmentation.Get("size").Items()];
        if (size.Length != 2)
            throw segmentation.Error("its size is not [height, width]");
        long height = size[0].WholeNumber(), width = size[1].WholeNumber();
        if (height < 1 || width < 1 || height > ImageLimits.Default.MaximumPixels / width)
            throw segmentation.Error($"a size of {height} x {width} is impossible");
        JsonNode counts = segmentation.Get("counts");
        int[] runs = counts.IsText ? Decompress(counts) : [.. counts.Items().Select(count => (int)Math.Clamp(count.WholeNumber(), -1, int.MaxValue))];
        if (Array.Exists(runs, run => run < 0) || runs.Sum(run => (long)run) != height * width)
            throw segmentation.Error($"the runs do not add up to {height} x {width} pixels");
        return new RunLengthRegion(label, runs, (int)width, (int)height);
    }

    /// <inheritdoc/>
    public override void Paint(IndexMask mask)
    {
        if ((mask.Width, mask.Height) != (Width, Height))
            throw new ArgumentException($"its runs are for {Width}x{Height} but the image is {mask.Width}x{mask.Height}");
        int pixel = 0;
        for (int run = 0; run < Counts.Length; run++)
        {
            int end = pixel + Counts[run];
            if (run % 2 == 0)
            {
                pixel = end;
                continue;
            }
            for (; pixel < end; pixel++)
                mask[pixel % Height, pixel / Height] = Label;
        }
    }

    private static int[] Decompress(JsonNode counts)
    {
        List<int> runs = [];
        int value = 0, shift = 0;
        foreach (char letter in counts.Text())
        {
            int group = letter - FirstCharacter;
            if (group is < 0 or > (More | GroupMask) || shift > MaximumShift)
                throw counts.Error("this is no compressed run-length text");
            value |= (group & GroupMask) << shift;
            shift += GroupBits;
            if ((group & More) != 0)
                continue;
            // The highest bit of the last group is the sign.
            if ((group & SignBit) != 0 && shift < 32)
                value |= -1 << shift;
            runs.Add(runs.Count > 2 ? value + runs[^2] : value);
            (value, shift) = (0, 0);
        }
        return shift == 0 ? [.. runs] : throw counts.Error("this compressed run-length text is cut off");
    }
}
