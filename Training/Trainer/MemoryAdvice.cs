using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Trainer;

/// <summary>What to do where a step does not fit the device's memory.</summary>
public static class MemoryAdvice
{
    /// <summary>One line that says what the step needs, and which batch would have fitted.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="available">Bytes that the device gave before it had no more.</param>
    public static string For(TrainingSetup setup, long available)
    {
        ArgumentNullException.ThrowIfNull(setup);
        RunConfiguration configuration = setup.Configuration;
        string needs = $"a step of {configuration.Batch} pictures needs {DeviceMemory.Text(setup.PlanMemory().PeakBytesInUse)} and {setup.Device.Name} gave {DeviceMemory.Text(available)}";
        int batch = LargestFit(setup, available);
        if (batch == 0)
            return $"{needs}: even one picture needs {DeviceMemory.Text(Need(setup, 1))}; use smaller pictures (--size, --crop), a smaller network, or fewer base filters";
        int passes = (configuration.Batch + batch - 1) / batch;
        return $"{needs}: --batch {batch} fits with {DeviceMemory.Text(Need(setup, batch))}; --batch {batch} --accumulate {passes * configuration.Training.Accumulate} makes steps of {(passes * batch == configuration.Batch ? "as many" : "about as many")} pictures";
    }

    // Memory grows with the batch, so the largest that fits is found by halving.
    private static int LargestFit(TrainingSetup setup, long available)
    {
        int fits = 0, doesNot = setup.Configuration.Batch;
        while (doesNot - fits > 1)
        {
            int middle = fits + ((doesNot - fits) / 2);
            if (Need(setup, middle) <= available)
                fits = middle;
            else
                doesNot = middle;
        }

        return fits;
    }

    private static long Need(TrainingSetup setup, int batch) => setup.PlanMemory(batch).PeakBytesInUse;
}
