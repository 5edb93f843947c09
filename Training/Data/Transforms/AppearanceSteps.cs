namespace SegFromScratch.Training.Data.Transforms;

/// <summary>Rotates and deforms at random.</summary>
internal sealed class RandomWarpStep(double rotation, double elastic, int nodes) : IPlanStep
{
    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random)
    {
        double angle = random.NextDouble(-rotation, rotation) * Math.PI / 180;
        return plan with { Warp = new SampleWarp(angle, elastic > 0 ? new ElasticField(nodes, elastic, ref random) : null) };
    }
}

/// <summary>Changes colour, sharpness and noise at random.</summary>
internal sealed class RandomAppearanceStep(RandomChanges changes) : IPlanStep
{
    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random) => plan with
    {
        Appearance = new SampleAppearance(
            (float)random.NextDouble(1 - changes.Saturation, 1 + changes.Saturation),
            (float)random.NextDouble(-changes.Hue, changes.Hue),
            (float)random.NextDouble(0, changes.Blur),
            (float)random.NextDouble(0, changes.Noise),
            random.Fork(0)),
    };
}

/// <summary>Blanks out rectangles at random places, and squares in a grid at a random offset.</summary>
internal sealed class RandomDropoutStep(int holes, double size, double gridShare) : IPlanStep
{
    // The pitch of the grid as a share of the picture's shorter side.
    private const double LeastPitch = 0.1, GreatestPitch = 0.3;

    public SamplePlan Apply(SamplePlan plan, ref SeededRandom random)
    {
        List<SampleHole> blanked = [];
        int count = random.NextInt(holes + 1);
        for (int i = 0; i < count; i++)
        {
            int width = Side(plan.Width, size * random.NextDouble()), height = Side(plan.Height, size * random.NextDouble());
            blanked.Add(new SampleHole(random.NextInt(plan.Width - width + 1), random.NextInt(plan.Height - height + 1), width, height));
        }

        if (gridShare > 0)
            AddGrid(blanked, plan, ref random);
        return plan with { Holes = blanked };
    }

    private void AddGrid(List<SampleHole> blanked, SamplePlan plan, ref SeededRandom random)
    {
        int shorter = Math.Min(plan.Width, plan.Height);
        int pitch = Math.Max(2, (int)Math.Round(shorter * random.NextDouble(LeastPitch, GreatestPitch)));
        int side = Math.Clamp((int)Math.Round(pitch * gridShare), 1, pitch - 1), left = random.NextInt(pitch), top = random.NextInt(pitch);
        for (int y = top - pitch; y < plan.Height; y += pitch)
        {
            for (int x = left - pitch; x < plan.Width; x += pitch)
                blanked.Add(new SampleHole(x, y, side, side));
        }
    }

    private static int Side(int whole, double share) => Math.Clamp((int)Math.Round(whole * share), 1, whole);
}
