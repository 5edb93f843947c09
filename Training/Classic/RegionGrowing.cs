namespace SegFromScratch.Training.Classic;

/// <summary>
/// Grows regions from seeds, after R. Adams and L. Bischof, "Seeded Region Growing", IEEE Transactions on Pattern Analysis and Machine Intelligence 16(6), 1994:
/// the pixel nearest in brightness to the mean of a region that it touches joins first. Here the seeds are found too: the first pixel, row by row, that no region
/// has reached begins the next one, which grows until no neighbour is within the tolerance of its mean.
/// </summary>
public static class RegionGrowing
{
    /// <summary>Divides a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="tolerance">The greatest difference between a pixel that joins and the mean of the region at that moment, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or no number.</exception>
    public static Regions Apply(GrayImage image, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!(tolerance >= 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be 0 or more.");
        int[] labels = new int[image.Values.Length];
        Array.Fill(labels, -1);
        int count = 0;
        for (int seed = 0; seed < labels.Length; seed++)
        {
            if (labels[seed] < 0)
                Grow(image, tolerance, labels, seed, count++);
        }

        return new Regions(image.Width, image.Height, labels, count);
    }

    private static void Grow(GrayImage image, double tolerance, int[] labels, int seed, int region)
    {
        double sum = 0;
        int size = 0;

        // Equal differences leave the queue in order of place, so that the result does not depend on the queue's inner order.
        var border = new PriorityQueue<int, (double Difference, int Place)>();
        border.Enqueue(seed, (0, seed));
        while (border.TryDequeue(out int place, out _))
        {
            // The mean has moved since the pixel was queued.
            if (labels[place] >= 0 || (size > 0 && Math.Abs(image.Values[place] - (sum / size)) > tolerance))
                continue;
            labels[place] = region;
            sum += image.Values[place];
            size++;
            foreach (int neighbour in Neighbours(image, place))
            {
                double difference = Math.Abs(image.Values[neighbour] - (sum / size));
                if (labels[neighbour] < 0 && difference <= tolerance)
                    border.Enqueue(neighbour, (difference, neighbour));
            }
        }
    }

    private static IEnumerable<int> Neighbours(GrayImage image, int place)
    {
        int x = place % image.Width;
        if (place >= image.Width)
            yield return place - image.Width;
        if (x > 0)
            yield return place - 1;
        if (x < image.Width - 1)
            yield return place + 1;
        if (place + image.Width < image.Values.Length)
            yield return place + image.Width;
    }
}
