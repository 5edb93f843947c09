namespace SegFromScratch.Training.Data.Transforms;

/// <summary>One decision about a sample. Each step has a stream of random numbers of its own, so how many it draws does not matter to the others.</summary>
internal interface IPlanStep
{
    SamplePlan Apply(SamplePlan plan, ref SeededRandom random);
}

/// <summary>Mirrors along one axis, every second time.</summary>
internal sealed class RandomFlipStep(bool horizontal) : IPlanStep
{
    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random)
    {
        bool flip = random.NextBool();
        return horizontal ? plan with { FlipX = flip } : plan with { FlipY = flip };
    }
}

/// <summary>Enlarges by a random factor, then cuts the crop out at a random place; where the image is smaller, it lies at a random place in it.</summary>
internal sealed class RandomScaleCropStep(double minimumScale, double maximumScale, double scaleStep, (int Width, int Height)? crop) : IPlanStep
{
    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random)
    {
        // Uniform in the logarithm: halving is as likely as doubling.
        double luck = random.NextDouble();
        double scale = scaleStep > 0 ? Multiple(luck) : minimumScale * Math.Pow(maximumScale / minimumScale, luck);
        (int width, int height) = crop ?? (plan.Width, plan.Height);
        (double x, double stepX) = Window(plan.X, plan.Width, plan.StepX, width, scale, random.NextDouble());
        (double y, double stepY) = Window(plan.Y, plan.Height, plan.StepY, height, scale, random.NextDouble());
        return plan with { Width = width, Height = height, X = x, Y = y, StepX = stepX, StepY = stepY };
    }

    private double Multiple(double luck)
    {
        double first = Math.Ceiling(minimumScale / scaleStep), last = Math.Floor(maximumScale / scaleStep);
        return scaleStep * (first + Math.Floor(luck * (last - first + 1)));
    }

    private static (double Origin, double Step) Window(double origin, int length, double step, int crop, double scale, double place)
    {
        double finerStep = step / scale;
        double room = (length * scale) - crop;
        // Whole output pixels: an unscaled crop then copies pixels instead of blending neighbours.
        return (origin + (Math.Round(place * room) * finerStep), finerStep);
    }
}

/// <summary>Mirrors left and right, every time.</summary>
internal sealed class FixedMirrorStep : IPlanStep
{
    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random) => plan with { FlipX = !plan.FlipX };
}

/// <summary>Changes brightness and contrast at random.</summary>
internal sealed class RandomLightStep(double brightness, double contrast) : IPlanStep
{
    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random) => plan with
    {
        Brightness = (float)random.NextDouble(-brightness, brightness),
        Contrast = (float)random.NextDouble(1 - contrast, 1 + contrast),
    };
}
