namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>Steel without defects: uneven light along the strip, rolling streaks, grain, and marks that are no defects.</summary>
internal static class SteelBackground
{
    /// <summary>Fills a plane with grey values around 60 to 150.</summary>
    /// <param name="plane">Height x Width values.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="random">Decides everything.</param>
    /// <returns>The columns where there is steel: some strips end inside the picture.</returns>
    public static (int Left, int Right) Paint(Span<float> plane, int width, int height, ref SeededRandom random)
    {
        float scale = height / 256f;
        float[] columns = Illumination(width, ref random), rows = Streaks(height, scale, ref random);
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
                plane[i] = columns[x] + rows[y];
        }
        ValueNoise.Add(plane, width, height, 64 * scale, MathF.Max(1, 3 * scale), (float)random.NextDouble(5, 9), ref random);
        ValueNoise.Add(plane, width, height, 90 * scale, 40 * scale, (float)random.NextDouble(4, 12), ref random);
        AddGrain(plane, (float)random.NextDouble(6, 12), ref random);
        return CutStripEnd(plane, width, ref random);
    }

    private static float[] Illumination(int width, ref SeededRandom random)
    {
        float[] light = new float[width];
        double level = random.NextDouble(75, 135), tilt = random.NextDouble(-20, 20);
        for (int x = 0; x < width; x++)
            light[x] = (float)(level + (tilt * (((double)x / width) - 0.5)));
        for (int wave = 0; wave < 3; wave++)
        {
            double amplitude = random.NextDouble(2, 10), turns = random.NextDouble(0.5, 4) * 2 * Math.PI / width, phase = random.NextDouble(0, 2 * Math.PI);
            for (int x = 0; x < width; x++)
                light[x] += (float)(amplitude * Math.Cos((turns * x) + phase));
        }
        // Shadows of the rolls: soft, upright and wide, where cracks are sharp and narrow.
        for (int shadow = random.NextInt(4); shadow > 0; shadow--)
        {
            double centre = random.NextDouble(0, width), reach = random.NextDouble(0.01, 0.03) * width, depth = random.NextDouble(4, 12);
            for (int x = 0; x < width; x++)
                light[x] -= (float)(depth * Math.Exp(-(x - centre) * (x - centre) / (2 * reach * reach)));
        }
        return light;
    }

    private static float[] Streaks(int height, float scale, ref SeededRandom random)
    {
        float[] streaks = new float[height];
        ValueNoise.Add(streaks, height, 1, MathF.Max(1, 3 * scale), 1, (float)random.NextDouble(2, 6), ref random);
        ValueNoise.Add(streaks, height, 1, 50 * scale, 1, (float)random.NextDouble(3, 10), ref random);
        return streaks;
    }

    private static void AddGrain(Span<float> plane, float amplitude, ref SeededRandom random)
    {
        // Four 16-bit numbers a draw; their pairwise sums fall off like a tent, close enough to film grain.
        float unit = amplitude / 65536;
        for (int i = 0; i + 1 < plane.Length; i += 2)
        {
            ulong bits = random.NextBits();
            plane[i] += ((ushort)bits + (ushort)(bits >> 16) - 65535) * unit;
            plane[i + 1] += ((ushort)(bits >> 32) + (ushort)(bits >> 48) - 65535) * unit;
        }
    }

    private static (int Left, int Right) CutStripEnd(Span<float> plane, int width, ref SeededRandom random)
    {
        double chance = random.NextDouble();
        int cut = (int)(width * random.NextDouble(0.05, 0.3));
        if (chance >= 0.12)
            return (0, width);
        (int left, int right) = chance < 0.06 ? (cut, width) : (0, width - cut);
        for (int start = 0; start < plane.Length; start += width)
        {
            Span<float> line = plane.Slice(start, width);
            foreach (ref float value in line[..left])
                value *= 0.06f;
            foreach (ref float value in line[right..])
                value *= 0.06f;
        }
        return (left, right);
    }
}
