using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Data.Synthetic;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

/// <summary>A run of a few seconds on a few generated strips, made once for all tests.</summary>
internal static class TinyRun
{
    private static readonly Lazy<string> s_data = new(() =>
    {
        string folder = Path.Combine(Path.GetTempPath(), $"seg-tests-{Guid.NewGuid():N}");
        SyntheticSteel.Generate(folder, 12, 5, 64, 32);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, true);
        return folder;
    });

    public static string Data => s_data.Value;

    public static RunConfiguration Configuration { get; } = new()
    {
        Model = new NamedOptions { Name = "unet" }.With("base_filters", "2"),
        Data = new DataOptions { Path = Data },
        Augmentation = new AugmentationSettings { HorizontalFlip = true },
        Schedule = new NamedOptions { Name = "cosine" },
        Epochs = 4,
        Batch = 2,
        Seed = 7,
        Device = "cpu",
    };

    public static TrainingSetup Setup(Device device, string model = "unet") =>
        new(Configuration with { Model = new NamedOptions { Name = model }.With("base_filters", "2") }, device);
}
