namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>
/// Paints the four kinds of defects onto a strip and marks them in a mask. Sizes are those at 256 rows and follow the picture's height.
/// The mean area of each kind is near the real one's: about 1, 1, 6 and 8 % of the picture.
/// </summary>
internal ref struct SteelDefects
{
    private readonly Span<float> _plane, _rough;
    private readonly int _width, _height, _left, _right;
    private readonly float _scale;

    /// <summary>Binds the painter to a strip.</summary>
    /// <param name="plane">Height x Width grey values, changed by painting.</param>
    /// <param name="rough">Height x Width values to work with.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="steel">The columns where there is steel.</param>
    public SteelDefects(Span<float> plane, Span<float> rough, int width, int height, (int Left, int Right) steel)
    {
        (_width, _height, _left, _right, _scale) = (width, height, steel.Left, steel.Right, height / 256f);
        _plane = plane;
        _rough = rough;
    }

    /// <summary>Paints one defect of a class, 1 to 4, and sets its pixels in the mask (Height x Width, 0 or 1).</summary>
    public readonly void Paint(int classId, Span<byte> mask, ref SeededRandom random)
    {
        float contrast = (float)random.NextDouble(0.45, 1.1);
        switch (classId)
        {
            case 1:
                PaintPits(mask, contrast, ref random);
                break;
            case 2:
                PaintCracks(mask, contrast, ref random);
                break;
            case 3:
                PaintScratches(mask, contrast, ref random);
                break;
            default:
                PaintPatches(mask, contrast, ref random);
                break;
        }
    }

    // 1: a cluster of small dark holes.
    private readonly void PaintPits(Span<byte> mask, float contrast, ref SeededRandom random)
    {
        double centreX = random.NextDouble(_left, _right), centreY = random.NextDouble(0.15, 0.85) * _height;
        double spreadX = random.NextDouble(30, 110) * _scale, spreadY = random.NextDouble(25, 70) * _scale;
        for (int pit = random.NextInt(25, 45); pit > 0; pit--)
        {
            // The sum of two draws gathers the pits towards the middle.
            double x = centreX + ((random.NextDouble() + random.NextDouble() - 1) * spreadX);
            double y = centreY + ((random.NextDouble() + random.NextDouble() - 1) * spreadY);
            double radius = Math.Max(1.5, random.NextDouble(5, 9) * _scale);
            for (int row = (int)(y - radius); row <= y + radius; row++)
            {
                for (int column = (int)(x - radius); column <= x + radius; column++)
                {
                    double distance = (((column - x) * (column - x)) + ((row - y) * (row - y))) / (radius * radius);
                    if (distance < 1)
                        Touch(column, row, (float)(-55 * contrast * (1 - (distance * distance))), mask);
                }
            }
        }
    }

    // 2: thin upright lines that wander, dark with one bright lip.
    private readonly void PaintCracks(Span<byte> mask, float contrast, ref SeededRandom random)
    {
        for (int crack = random.NextInt(2, 4); crack > 0; crack--)
        {
            double x = random.NextDouble(_left, _right), drift = 0;
            int length = (int)(random.NextDouble(0.35, 0.8) * _height), top = random.NextInt(Math.Max(1, _height - length));
            double half = Math.Max(1, random.NextDouble(5, 8) * _scale);
            for (int step = 0; step < length; step++)
            {
                drift = (drift * 0.9) + random.NextDouble(-0.25, 0.25);
                x += drift;
                double reach = Math.Max(0.8, half * Taper((double)step / length));
                for (int column = (int)Math.Ceiling(x - reach); column <= x + reach; column++)
                    Touch(column, top + step, -60 * contrast, mask);
                Touch((int)(x + reach) + 1, top + step, 18 * contrast, []);
            }
        }
    }

    // 3: long lines nearly along the strip, mostly bright, broken by streaks.
    private readonly void PaintScratches(Span<byte> mask, float contrast, ref SeededRandom random)
    {
        double slope = random.NextDouble(-0.12, 0.12);
        float brightness = (random.NextDouble() < 0.75 ? 45 : -40) * contrast;
        for (int scratch = random.NextInt(2, 5); scratch > 0; scratch--)
        {
            double length = Math.Min(random.NextDouble(200, 800) * _scale, _right - _left);
            double start = random.NextDouble(_left, _right - (length / 2)), y = random.NextDouble(0.05, 0.95) * _height;
            double half = Math.Max(1.5, random.NextDouble(4, 11) * _scale), glint = 0;
            for (int step = 0; step < length; step++)
            {
                glint = (glint * 0.95) + random.NextDouble(-0.1, 0.1);
                double centre = y + (slope * step), reach = half * Taper(step / length);
                for (int row = (int)Math.Ceiling(centre - reach); row <= centre + reach; row++)
                    Touch((int)start + step, row, brightness * (float)(0.8 + glint + (0.2 * ((row & 3) - 1))), mask);
            }
        }
    }

    // 4: big dark areas with a coarse surface and a ragged outline.
    private readonly void PaintPatches(Span<byte> mask, float contrast, ref SeededRandom random)
    {
        _rough.Clear();
        ValueNoise.Add(_rough, _width, _height, Math.Max(1, 5 * _scale), Math.Max(1, 4 * _scale), 60 * contrast, ref random);
        for (int patch = random.NextInt(1, 2); patch > 0; patch--)
        {
            double x = random.NextDouble(_left, _right), y = random.NextDouble(0.2, 0.8) * _height;
            double radiusX = random.NextDouble(70, 170) * _scale, radiusY = random.NextDouble(40, 100) * _scale;
            double phase2 = random.NextDouble(0, 2 * Math.PI), phase5 = random.NextDouble(0, 2 * Math.PI);
            for (int row = (int)(y - (1.4 * radiusY)); row <= y + (1.4 * radiusY); row++)
            {
                for (int column = (int)(x - (1.4 * radiusX)); column <= x + (1.4 * radiusX); column++)
                {
                    double right = (column - x) / radiusX, down = (row - y) / radiusY;
                    double angle = Math.Atan2(down, right), distance = Math.Sqrt((right * right) + (down * down));
                    double edge = 1 + (0.2 * Math.Cos((2 * angle) + phase2)) + (0.12 * Math.Cos((5 * angle) + phase5));
                    if (distance < edge && Inside(column, row))
                        Touch(column, row, _rough[(row * _width) + column] - (18 * contrast), mask);
                }
            }
        }
    }

    private static double Taper(double share) => Math.Sqrt(Math.Max(0, 4 * share * (1 - share)));

    private readonly bool Inside(int column, int row) => column >= _left && column < _right && row >= 0 && row < _height;

    private readonly void Touch(int column, int row, float change, Span<byte> mask)
    {
        if (!Inside(column, row))
            return;
        _plane[(row * _width) + column] += change;
        if (!mask.IsEmpty)
            mask[(row * _width) + column] = 1;
    }
}
