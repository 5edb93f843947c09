using SegFromScratch.Tests.Support;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Training;

/// <summary>The samples of real data sets beside the repository, by the kind that recipes are made for. Tests are skipped where they are absent.</summary>
internal static class SampleData
{
    /// <summary>Pets: there is no sample of the Oxford-IIIT data, so photographs of nuclei stand in, with trimaps made of their masks.</summary>
    public const string Pets = "pets";

    /// <summary>All kinds.</summary>
    public static string[] Kinds { get; } = ["severstal", "drinks_via", "voc", "isbi2012", "dsb2018_nuclei", "camvid", Pets];

    /// <summary>The folder of a kind.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="temporary">Where folders are made that have to be.</param>
    public static string Find(string kind, TemporaryFolder temporary) => kind switch
    {
        "voc" => SharedData.Find("labelme_voc/semantic_segmentation/data_dataset_voc"),
        Pets => WritePets(SharedData.Find("dsb2018_nuclei"), temporary),
        _ => SharedData.Find(kind),
    };

    // Oxford-IIIT Pet's folders and coding: 1 inside, 2 outside, 3 on the border.
    private static string WritePets(string nuclei, TemporaryFolder temporary)
    {
        const int Count = 16;
        IDataSet samples = DataSets.Open(nuclei).Train;
        string folder = temporary[Pets];
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        Directory.CreateDirectory(Path.Combine(folder, "annotations", "trimaps"));
        for (int i = 0; i < Count; i++)
        {
            Sample sample = samples.Load(i);
            IndexMask mask = ((ClassMap)sample.Target).Mask;
            byte[] trimap = [.. Enumerable.Range(0, mask.Labels.Length).Select(pixel => IsBorder(mask, pixel) ? (byte)3 : mask.Labels[pixel] == 1 ? (byte)1 : (byte)2)];
            ImageFile.WritePng(Path.Combine(folder, "images", $"{i}.png"), sample.Image);
            ImageFile.WritePng(Path.Combine(folder, "annotations", "trimaps", $"{i}.png"), new IndexMask(mask.Width, mask.Height, trimap), null);
        }

        return folder;
    }

    private static bool IsBorder(IndexMask mask, int pixel)
    {
        int next = pixel + 1, below = pixel + mask.Width;
        return (next % mask.Width != 0 && mask.Labels[next] != mask.Labels[pixel]) || (below < mask.Labels.Length && mask.Labels[below] != mask.Labels[pixel]);
    }
}
