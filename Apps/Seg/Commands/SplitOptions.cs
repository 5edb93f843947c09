using System.CommandLine;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options that say how a data set lies on the disk and how it is divided.</summary>
internal sealed class SplitOptions
{
    private readonly Option<string> _layout = new("--layout") { Description = "How the data lie on the disk; auto recognises it.", DefaultValueFactory = _ => DataSets.LayoutNames[0] };
    private readonly Option<string> _split = new("--split") { HelpName = "method or file", Description = $"How pictures are divided: {string.Join(", ", SplitChoice.MethodNames)}, or the split.json of a run. auto takes the folder's own lists where it has some.", DefaultValueFactory = _ => SplitChoice.Automatic };
    private readonly Option<double> _validationShare = new("--validation-share") { Description = "The share of pictures kept for validation where the folder names none.", DefaultValueFactory = _ => new DataSetOptions().ValidationShare };
    private readonly Option<long> _splitSeed = new("--split-seed") { Description = "Chooses the pictures kept for validation." };
    private readonly Option<string?> _table = new("--table") { HelpName = "file", Description = "The file of annotations, where several could be it." };

    /// <summary>Sets up the options.</summary>
    public SplitOptions() => _layout.AcceptOnlyFromAmong([.. DataSets.LayoutNames]);

    /// <summary>The options themselves.</summary>
    public IReadOnlyList<Option> All => [_layout, _split, _validationShare, _splitSeed, _table];

    /// <summary>Settings with what was given on the command line in their place.</summary>
    public DataOptions Over(DataOptions settings, ParseResult result)
    {
        DataSetOptions asked = Read(result);
        return settings with
        {
            Layout = Given.Is(result, _layout) ? asked.Layout : settings.Layout,
            Split = Given.Is(result, _split) ? asked.Split : settings.Split,
            ValidationShare = Given.Or(result, _validationShare, settings.ValidationShare),
            SplitSeed = Given.Or(result, _splitSeed, settings.SplitSeed),
            Table = Given.Or(result, _table, settings.Table),
        };
    }

    /// <summary>What was asked for.</summary>
    public DataSetOptions Read(ParseResult result) => new()
    {
        Layout = result.GetRequiredValue(_layout),
        Split = result.GetRequiredValue(_split) is var split && File.Exists(split) ? Path.GetFullPath(split) : split,
        ValidationShare = result.GetValue(_validationShare),
        Seed = result.GetValue(_splitSeed),
        Table = result.GetValue(_table),
    };
}
