using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Layers.Models;
using SegFromScratch.Tests.Support;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Masks;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Training;

/// <summary>A few street scenes, far apart in their films, and training on them. Tests are skipped where the pictures are absent.</summary>
internal static class RealPictures
{
    public const int Void = 11;

    /// <summary>Some pictures of the CamVid training set, evenly spread over it.</summary>
    public static FolderDataSet Open(int count)
    {
        string folder = SharedData.Find("camvid");
        string[] images = [.. Directory.GetFiles(Path.Combine(folder, "train")).Order(StringComparer.Ordinal)];
        IEnumerable<ImageMaskPair> chosen = Enumerable.Range(0, count)
            .Select(i => images[i * images.Length / count])
            .Select(image => new ImageMaskPair(image, Path.Combine(folder, "trainannot", Path.ChangeExtension(Path.GetFileName(image), ".png"))));
        return new FolderDataSet("street scenes", chosen, ClassTable.CamVid, Void);
    }

    /// <summary>Brings pictures to a size that the network can take, at least the one asked for.</summary>
    public static SampleTransform TransformFor(SegmentationModel model, int width, int height) =>
        new(new AugmentationOptions { Size = (model.InputSizeFor(width), model.InputSizeFor(height)) }, Normalization.ImageNet);

    /// <summary>All pictures as one batch.</summary>
    public static Batch BatchOf(IDataSet pictures, SampleTransform transform)
    {
        using var loader = new BatchLoader(pictures, transform, new BatchLoaderOptions { BatchSize = pictures.Count });
        return loader.Next();
    }

    /// <summary>Cross-entropy without the void, and Adam.</summary>
    public static Trainer Trainer(SegmentationModel model) => new(
        model, new CrossEntropyLoss(new CrossEntropyOptions { IgnoreIndex = Void }, null), OptimizerFactory.Create(new OptimizerOptions { Name = "adam" }, model), 1);

    /// <summary>A network with as many classes as the pictures have.</summary>
    public static SegmentationModel Network(string name, Device device, int? baseFilters) =>
        ModelCatalog.Create(name, device, ClassTable.CamVid.Names.Count, new ModelChoices(baseFilters), 1);
}
