using System.Security.Cryptography;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Data.Synthetic;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Data;

public class SyntheticSteelTests
{
    [Test]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var other = new TemporaryFolder();
        SyntheticSteel.Generate(first.Path, 12, seed: 7, width: 200, height: 32);
        SyntheticSteel.Generate(second.Path, 12, seed: 7, width: 200, height: 32);
        SyntheticSteel.Generate(other.Path, 12, seed: 8, width: 200, height: 32);
        Assert.That(Hash(second.Path), Is.EqualTo(Hash(first.Path)));
        Assert.That(Hash(other.Path), Is.Not.EqualTo(Hash(first.Path)));
    }

    // Of 12,568 images of Severstal 6,666 have a defect; 897, 247, 5,150, 801 of class 1 to 4. A thousand images round each of the 10 kinds by 1 at most.
    [TestCase(DefectShares.Severstal, 530, 71, 20, 410, 64)]
    [TestCase(DefectShares.Even, 840, 260, 260, 260, 260)]
    public void Classes_have_the_shares_asked_for(DefectShares shares, int withDefects, params int[] expected)
    {
        using var folder = new TemporaryFolder();
        SyntheticSteel.Generate(folder.Path, 1000, seed: 1, width: 64, height: 16, shares);
        SeverstalTable table = SeverstalTable.Read(folder["train.csv"]);
        int[] perClass = new int[5];
        foreach (string image in table.ImagesWithMasks)
        {
            foreach (SeverstalRow row in table.RowsOf(image))
                perClass[row.ClassId]++;
        }
        Assert.That(table.ImagesWithMasks, Has.Count.EqualTo(withDefects).Within(1));
        Assert.That(perClass[1..], Is.EqualTo(expected).Within(3));
    }

    [Test]
    public void Other_shares_make_the_folder_anew()
    {
        using var folder = new TemporaryFolder();
        SyntheticSteel.Generate(folder.Path, 40, seed: 1, width: 64, height: 16);
        string even = Hash(folder.Path);
        Assert.That(SyntheticSteel.Generate(folder.Path, 40, 1, 64, 16, DefectShares.Severstal), Is.True);
        Assert.That(Hash(folder.Path), Is.Not.EqualTo(even));
        Assert.That(SyntheticSteel.Generate(folder.Path, 40, 1, 64, 16), Is.True);
        Assert.That(Hash(folder.Path), Is.EqualTo(even));
    }

    [Test]
    public void Defects_look_different_from_the_steel_around_and_cover_a_plausible_area()
    {
        using var folder = new TemporaryFolder();
        SyntheticSteel.Generate(folder.Path, 120, seed: 3, width: 800, height: 128);
        IDataSet train = DataSets.Open(folder.Path).Train;
        double[] area = new double[4];
        int[] count = new int[4];
        for (int i = 0; i < train.Count; i++)
        {
            var masks = (LayerMasks)train.Load(i).Target;
            for (int layer = 0; layer < 4; layer++)
            {
                int pixels = masks.Layer(layer).Count((byte)1);
                (area[layer], count[layer]) = (area[layer] + pixels, count[layer] + (pixels > 0 ? 1 : 0));
            }
        }
        for (int layer = 0; layer < 4; layer++)
        {
            double share = area[layer] / Math.Max(1, count[layer]) / (800 * 128);
            TestContext.Out.WriteLine($"class {layer + 1}: {count[layer]} images, {share:P2} of the picture");
            Assert.That(share, Is.InRange(layer < 2 ? 0.002 : 0.02, layer < 2 ? 0.03 : 0.15), $"class {layer + 1}");
        }
    }

    [Test]
    public void A_complete_folder_is_used_again_and_an_incomplete_one_is_completed()
    {
        using var folder = new TemporaryFolder();
        Assert.That(SyntheticSteel.Generate(folder.Path, 4, 1, 64, 16), Is.True);
        string hash = Hash(folder.Path);
        Assert.That(SyntheticSteel.Generate(folder.Path, 4, 1, 64, 16), Is.False);
        File.Delete(folder["train_images/steel_00002.png"]);
        Assert.That(SyntheticSteel.Generate(folder.Path, 4, 1, 64, 16), Is.True);
        Assert.That(Hash(folder.Path), Is.EqualTo(hash));
        Assert.That(SyntheticSteel.Generate(folder.Path, 3, 1, 64, 16), Is.True, "other parameters, same folder");
        Assert.That(Directory.GetFiles(folder["train_images"]), Has.Length.EqualTo(3));
    }

    [Test]
    public void A_picture_that_never_reached_the_disk_is_made_again()
    {
        using var folder = new TemporaryFolder();
        SyntheticSteel.Generate(folder.Path, 4, seed: 1, width: 64, height: 16);
        string made = Hash(folder.Path);
        File.WriteAllBytes(folder[Path.Combine("train_images", "steel_00002.png")], []);
        Assert.That(SyntheticSteel.Generate(folder.Path, 4, seed: 1, width: 64, height: 16), Is.True);
        Assert.That(Hash(folder.Path), Is.EqualTo(made));
    }

    [Test]
    public void Folders_with_other_files_are_left_alone()
    {
        using var folder = new TemporaryFolder();
        folder.WriteText("thesis.txt", "precious");
        Assert.That(() => SyntheticSteel.Generate(folder.Path, 4, 1, 64, 16), Throws.TypeOf<DataSetException>()
            .With.Message.EqualTo($"{folder.Path}: the folder holds files that the generator did not make; choose an empty or a new one."));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Pictures_have_the_asked_size()
    {
        using var folder = new TemporaryFolder();
        SyntheticSteel.Generate(folder.Path, 2, 1);
        Assert.That(ImageFile.ReadSize(folder["train_images/steel_00000.png"]), Is.EqualTo((1600, 256)));
    }

    private static string Hash(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
