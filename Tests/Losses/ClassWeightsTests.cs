using SegFromScratch.Training.Data;
using SegFromScratch.Training.Losses;

namespace SegFromScratch.Tests.Losses;

public sealed class ClassWeightsTests : FolderTests
{
    [Test]
    public void Median_frequency_is_the_published_one_and_void_pixels_do_not_count()
    {
        // Of 8 x 6 pixels 8 are void: of the 40 others 24 are of class 0, 12 of class 1, 4 of class 2 and none of class 3.
        byte[] labels = [.. Enumerable.Repeat((byte)1, 12), .. Enumerable.Repeat((byte)2, 4), .. Enumerable.Repeat((byte)255, 8)];
        Folder.WriteText("classes.txt", "ground\nroad\ntree\nsky\n");
        foreach (string name in (string[])["a", "b", "c"])
        {
            Folder.WriteImage($"images/{name}.png");
            Folder.WriteMask($"masks/{name}.png", firstLabels: labels);
        }

        IDataSet train = DataSets.Open(Folder.Path).Train;
        Assert.That(ClassWeights.MedianFrequency(train), Is.EqualTo(new[] { 0.5f, 1, 3, 1 }).Within(1e-6f));
        Assert.That(ClassWeights.MedianFrequency(train, limit: 2), Is.EqualTo(new[] { 0.5f, 1, 2, 1 }).Within(1e-6f));
    }
}
