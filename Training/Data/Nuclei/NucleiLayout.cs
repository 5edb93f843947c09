using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Masks;

namespace SegFromScratch.Training.Data.Nuclei;

/// <summary>Data Science Bowl 2018 as Kaggle gives it: stage1_train/ID/images/ID.png and one mask a nucleus in stage1_train/ID/masks/.</summary>
internal sealed class NucleiLayout : IDataLayout
{
    private const string TrainFolder = "stage1_train";

    public string Name => "nuclei";

    public string Signature => "stage1_train/ID/images/ with masks/";

    public bool IsPresent(string path) => Directory.Exists(path) && FirstSample(Root(path)) is not null;

    public DataSetContents Open(string path, DataSetOptions options)
    {
        string root = Root(path);
        var report = new PairingReport(options.KeepGoing);
        List<NucleiSample> samples = [];
        foreach (string folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            string images = Path.Combine(folder, "images"), masks = Path.Combine(folder, "masks");
            string[] pictures = Directory.Exists(images) ? ImageReading.Files(images) : [];
            if (pictures.Length != 1)
                throw new DataSetException($"{images}: {pictures.Length} images where there is one in every folder of {TrainFolder}; mend or remove {folder}.");
            if (Directory.Exists(masks))
                samples.Add(new NucleiSample(pictures[0], ImageReading.Files(masks)));
            else
                report.MissingMask($"{pictures[0]}: no folder {masks}; add it or remove the image.");
        }
        return new DataSetContents($"{TrainFolder}/ with one mask a nucleus (Data Science Bowl 2018)", new NucleiDataSet(FolderNames.DataSetName(path), samples))
        {
            Unpaired = report.Lines,
        };
    }

    private static string Root(string path) => FolderNames.HasAll(path, TrainFolder) ? Path.Combine(path, TrainFolder) : path;

    private static string? FirstSample(string root) => Directory.EnumerateDirectories(root).FirstOrDefault(folder => FolderNames.HasAll(folder, "images", "masks"));
}
