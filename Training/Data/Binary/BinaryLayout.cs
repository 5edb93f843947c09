using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Masks;
using SegFromScratch.Training.Data.Splits;

namespace SegFromScratch.Training.Data.Binary;

/// <summary>
/// Two classes in black and white or by instances: image/ + label/ (the ISBI 2012 stack; also inside train/), images/ + derived_instances/
/// (nuclei, numbered), and on request images/ + masks/ in black and white.
/// </summary>
internal sealed class BinaryLayout : IDataLayout
{
    private const byte Void = 255;

    private static readonly Form[] _forms =
    [
        new("image", "label", MaskCoding.BlackAndWhite, ["membrane", "cell"], SplitMethod.Blocks),
        new("train/image", "train/label", MaskCoding.BlackAndWhite, ["membrane", "cell"], SplitMethod.Blocks),
        new("images", "derived_instances", MaskCoding.Instances, ["background", "nucleus"], SplitMethod.Seeded),
    ];

    // Recognised as index masks where nothing is said, so this form must be asked for.
    private static readonly Form _own = new("images", "masks", MaskCoding.BlackAndWhite, ["background", "foreground"], SplitMethod.Seeded);

    public string Name => "binary";

    public string Signature => "image/ with label/";

    public bool IsPresent(string path) => _forms.Any(form => form.IsPresent(path));

    public DataSetContents Open(string path, DataSetOptions options)
    {
        Form form = _forms.Append(_own).FirstOrDefault(form => form.IsPresent(path)) ?? throw new DataSetException(
            $"{path}: no folders of black and white masks; looked for {string.Join(", ", _forms.Append(_own).Select(form => $"{form.Images}/ with {form.Masks}/"))}.");
        var report = new PairingReport(options.KeepGoing);
        ImageMaskPair[] pairs = FolderPairs.Find(Path.Combine(path, form.Images), Path.Combine(path, form.Masks), report);
        ClassTable classes = FolderNames.Classes(path) ?? ClassTable.FromNames(form.Classes);
        if (classes.Names.Count != 2)
            throw new DataSetException($"{Path.Combine(path, FolderNames.ClassFile)}: {classes.Names.Count} names, but black and white masks have 2 classes.");
        var samples = new FolderDataSet(FolderNames.DataSetName(path), pairs, classes, (byte)(options.IgnoreIndex ?? Void)) { Coding = form.Coding };
        return new DataSetContents($"{form.Images}/ and {form.Masks}/ (two classes)", samples)
        {
            Given = NameList.Parts(path, FolderPairs.ByName(pairs)),
            Preferred = form.Preferred,
            Unpaired = report.Lines,
        };
    }

    private sealed record Form(string Images, string Masks, MaskCoding Coding, string[] Classes, SplitMethod Preferred)
    {
        public bool IsPresent(string path) => FolderNames.HasAll(path, Images, Masks);
    }
}
