using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Apps.BadInputs;

/// <summary>One kind of input that cannot be used.</summary>
/// <param name="Kind">What is wrong, in words.</param>
/// <param name="Command">Writes it into a folder and gives the command that meets it.</param>
/// <param name="Place">What the message must name: the file, its line, or the option.</param>
/// <param name="Mend">What the message must say to mend it, or what would be right.</param>
internal sealed record BadInput(string Kind, Func<TemporaryFolder, string[]> Command, string Place, string Mend)
{
    /// <inheritdoc/>
    public override string ToString() => Kind;

    /// <summary>Training on a folder, at the smallest cost; what is given goes over it.</summary>
    public static string[] Train(TemporaryFolder folder, params string[] given)
    {
        (string Name, string Value)[] standard =
            [("--data", folder.Path), ("--base-filters", "1"), ("--batch", "1"), ("--epochs", "1"), ("--steps-per-epoch", "2"), ("--device", "cpu"), ("--threads", "1"), ("--run", folder["run"])];
        return ["train", .. standard.Where(option => !given.Contains(option.Name)).SelectMany(option => (string[])[option.Name, option.Value]), .. given];
    }

    /// <summary>Training on three pictures of 32x32 with masks of two classes, after something was changed.</summary>
    public static BadInput Pairs(string kind, Action<TemporaryFolder> change, string place, string mend, params string[] more) => new(
        kind,
        folder =>
        {
            foreach (string name in (string[])["a", "b", "c"])
            {
                folder.WriteImage($"images/{name}.png", 32, 32);
                folder.WriteMask($"masks/{name}.png", 32, 32, 1);
            }

            folder.WriteText("classes.txt", "ground\nthing\n");
            change(folder);
            return Train(folder, more);
        },
        place,
        mend);

    /// <summary>Training on three pictures that are all damaged alike.</summary>
    public static BadInput Pictures(string kind, Func<byte[], byte[]> damage) => Pairs(kind, folder => Damage(folder["images"], damage), ".png", "leave damaged files out with --skip-damaged");

    /// <summary>Training with three masks that are all wrong alike.</summary>
    public static BadInput Masks(string kind, Image mask, string mend) => Pairs(
        kind,
        folder =>
        {
            foreach (string path in Directory.GetFiles(folder["masks"]))
                ImageFile.WritePng(path, mask);
        },
        ".png",
        mend);

    /// <summary>Training in Severstal's layout with this table.</summary>
    public static BadInput Table(string kind, string table, string place, string mend) => new(
        kind,
        folder =>
        {
            foreach (string name in (string[])["a", "b", "c"])
                folder.WriteImage($"train_images/{name}.png", 32, 32);
            folder.WriteText("train.csv", table);
            return Train(folder);
        },
        place,
        mend);

    /// <summary>Training on two pictures with one file of annotations.</summary>
    public static BadInput Annotations(string kind, string file, string text, string place, string mend) => new(
        kind,
        folder =>
        {
            folder.WriteImage("a.png", 32, 32);
            folder.WriteImage("b.png", 32, 32);
            folder.WriteText(file, text);
            return Train(folder);
        },
        place,
        mend);

    /// <summary>Training with options that are wrong by themselves.</summary>
    public static BadInput Options(string kind, string place, string mend, params string[] more) => Pairs(kind, _ => { }, place, mend, more);

    /// <summary>Changes the bytes of all files of a folder.</summary>
    public static void Damage(string folder, Func<byte[], byte[]> damage)
    {
        foreach (string path in Directory.GetFiles(folder))
            File.WriteAllBytes(path, damage(File.ReadAllBytes(path)));
    }
}
