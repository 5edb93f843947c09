using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Splits;

namespace SegFromScratch.Tests.Data.Splits;

public sealed class SplitTests : FolderTests
{
    [Test]
    public void Blocks_are_cut_from_the_end_in_the_order_of_numbers()
    {
        WriteSlices(10);
        string[][] held = [.. Enumerable.Range(0, 4).Select(seed => Names(Open("blocks", seed, 0.3).Validation))];
        Assert.That(held[0], Is.EqualTo(new[] { "slice7.png", "slice8.png", "slice9.png" }));
        Assert.That(held[1], Is.EqualTo(new[] { "slice4.png", "slice5.png", "slice6.png" }));
        Assert.That(held[2], Is.EqualTo(new[] { "slice1.png", "slice2.png", "slice3.png" }));
        Assert.That(held[3], Is.EqualTo(held[0]), "three whole blocks");
        Assert.That(Names(Open("blocks", 1, 0.3).Train), Is.EqualTo(new[] { "slice0.png", "slice1.png", "slice2.png", "slice3.png", "slice7.png", "slice8.png", "slice9.png" }));
        WriteSlices(12);
        Assert.That(Names(Open("blocks", 0, 0.2).Validation), Is.EqualTo(new[] { "slice9.png", "slice10.png", "slice11.png" }), "9 comes before 10");
    }

    [Test]
    public void Stratified_parts_have_their_share_of_rare_classes()
    {
        // 40 samples, every tenth with class 2, every second with class 1: a fourth of each is due in validation.
        for (int i = 0; i < 40; i++)
        {
            Folder.WriteImage($"images/{i:D2}.png");
            Folder.WriteMask($"masks/{i:D2}.png", firstLabels: [(byte)(i % 10 == 0 ? 2 : 0), (byte)(i % 2)]);
        }
        foreach (int seed in new[] { 0, 1, 2, 3, 4 })
        {
            DataSetParts parts = Open("stratified", seed, 0.25);
            int[] counts = [.. Enumerable.Range(0, 3).Select(each => Enumerable.Range(0, parts.Validation.Count).Count(index => parts.Validation.ClassesOf(index).Contains(each)))];
            Assert.That((parts.Validation.Count, counts[1], counts[2]), Is.EqualTo((10, 5, 1)), $"seed {seed}");
            Assert.That(Names(parts.Train).Concat(Names(parts.Validation)).Distinct().Count(), Is.EqualTo(40));
        }
        Assert.That(Names(Open("stratified", 1, 0.25).Validation), Is.EqualTo(Names(Open("stratified", 1, 0.25).Validation)).And.Not.EqualTo(Names(Open("stratified", 2, 0.25).Validation)));
    }

    [Test]
    public void A_split_that_was_written_is_read_back()
    {
        WriteSlices(12);
        Folder.WriteText("test.txt", "slice3\n");
        Folder.WriteText("train.txt", "slice1\nslice2\nslice5\nslice6\n");
        DataSetParts parts = Open("seeded", 7, 0.25);
        Assert.That((parts.Train.Count, parts.Validation.Count, parts.Test!.Count), Is.EqualTo((8, 3, 1)), "the test part stays apart");
        string file = Folder["split.json"];
        SplitFile.Of(parts).Write(file);
        DataSetParts again = Open(file, 0, 0.5);
        Assert.Multiple(() =>
        {
            Assert.That(Names(again.Train), Is.EqualTo(Names(parts.Train)));
            Assert.That(Names(again.Validation), Is.EqualTo(Names(parts.Validation)));
            Assert.That(Names(again.Test!), Is.EqualTo(new[] { "slice3.png" }));
            Assert.That((SplitFile.Read(file).Method, SplitFile.Read(file).Seed, again.Method), Is.EqualTo(("seeded", 7L, SplitMethod.File)));
            Assert.That(SplitFile.Read(file).Test, Is.EqualTo(new[] { "images/slice3.png" }));
        });
        File.Delete(Folder["images/slice1.png"]);
        Assert.That(() => DataSets.Open(Folder.Path, new DataSetOptions { Split = file, KeepGoing = true }), Throws.TypeOf<DataSetException>());
    }

    [Test]
    public void Equal_names_in_several_folders_are_told_apart()
    {
        foreach (string part in new[] { "train", "val" })
        {
            for (int i = 0; i < 3; i++)
            {
                Folder.WriteImage($"{part}/{i}.png");
                Folder.WriteMask($"{part}annot/{i}.png", firstLabels: [1]);
            }
        }
        DataSetParts parts = Open("seeded", 1, 0.5);
        SplitFile.Of(parts).Write(Folder["split.json"]);
        DataSetParts again = Open(Folder["split.json"], 0, 0.5);
        Assert.That(Keys(again.Train), Is.EqualTo(Keys(parts.Train)));
        Assert.That(Keys(again.Train).Concat(Keys(again.Validation)), Is.EquivalentTo(new[] { "train/0.png", "train/1.png", "train/2.png", "val/0.png", "val/1.png", "val/2.png" }));
    }

    [Test]
    public void Mistakes_are_named()
    {
        WriteSlices(4);
        AssertError("lists", $"--split lists: the folder {Path.GetFileName(Folder.Path)} names no parts; add train.txt and val.txt, or choose seeded, stratified or blocks.");
        AssertError("random", "--split random: neither a way to divide (auto, lists, seeded, stratified, blocks) nor a split file that is there.");
        Folder.WriteText("bad.json", "{\"train\":[]}");
        AssertError(Folder["bad.json"], "no split file; it must hold method, seed, train, validation and test as a run writes them.");
        Folder.WriteText("strange.json", "{\"method\":\"seeded\",\"seed\":0,\"train\":[\"images/slice0.png\"],\"validation\":[\"images/zebra.png\"],\"test\":[]}");
        AssertError(Folder["strange.json"], $"{Folder["strange.json"]}: its validation part names images/zebra.png, which {Path.GetFileName(Folder.Path)} does not have; mend the file or add the image.");
        Folder.WriteText("twice.json", "{\"method\":\"seeded\",\"seed\":0,\"train\":[\"images/slice0.png\"],\"validation\":[\"images/slice0.png\"],\"test\":[]}");
        AssertError(Folder["twice.json"], $"{Folder["twice.json"]}: images/slice0.png is named twice; a sample is in one part only.");
        Assert.That(() => Open("seeded", 0, 1), Throws.TypeOf<DataSetException>().With.Message.EqualTo("--validation-share 1: must be above 0 and below 1."));
        Folder.WriteText("train.txt", "slice0\nslice0\n");
        AssertError("lists", $"{Folder["train.txt"]}, line 2: slice0 is named twice; remove one of the lines.");
    }

    private void AssertError(string split, string message) =>
        Assert.That(() => Open(split, 0, 0.5), Throws.TypeOf<DataSetException>().With.Message.EndsWith(message));

    private void WriteSlices(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Folder.WriteImage($"images/slice{i}.png");
            Folder.WriteMask($"masks/slice{i}.png", firstLabels: [1]);
        }
    }

    private DataSetParts Open(string split, long seed, double share) =>
        DataSets.Open(Folder.Path, new DataSetOptions { Split = split, Seed = seed, ValidationShare = share });

    private static string[] Names(IDataSet set) => [.. Enumerable.Range(0, set.Count).Select(set.NameOf)];

    private static string[] Keys(IDataSet set) => [.. Enumerable.Range(0, set.Count).Select(set.KeyOf)];
}
