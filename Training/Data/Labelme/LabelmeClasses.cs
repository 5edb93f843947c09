namespace SegFromScratch.Training.Data.Labelme;

/// <summary>The classes of labelme's labels: "__ignore__" is void, "_background_" is class 0.</summary>
internal sealed class LabelmeClasses
{
    private const string Ignored = "__ignore__";
    private const string Background = "_background_";

    private static readonly string[] _listNames = ["labels.txt", "class_names.txt", Layouts.FolderNames.ClassFile];

    private readonly Dictionary<string, byte> _indices = new(StringComparer.Ordinal);

    private LabelmeClasses(IEnumerable<string> names, byte ignoreIndex)
    {
        Table = ClassTable.FromNames([.. names]);
        for (int index = 0; index < Table.Names.Count; index++)
            _indices[Table.Names[index]] = (byte)index;
        _indices[Ignored] = ignoreIndex;
    }

    /// <summary>Names and colours.</summary>
    public ClassTable Table { get; }

    /// <summary>
    /// The classes of a list beside the files or one folder up (labels.txt, class_names.txt or classes.txt: one name a line, __ignore__ passed
    /// over, the background first or added), else of the labels used, in the order of the alphabet.
    /// </summary>
    /// <param name="folder">The folder of the annotations.</param>
    /// <param name="used">The labels used, where there is no list.</param>
    /// <param name="ignoreIndex">The label of void.</param>
    /// <exception cref="DataSetException">There are more classes than a mask can hold.</exception>
    public static LabelmeClasses Of(string folder, Func<IEnumerable<string>> used, byte ignoreIndex)
    {
        string? list = new[] { folder, Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) }.OfType<string>()
            .SelectMany(place => _listNames.Select(name => Path.Combine(place, name)))
            .FirstOrDefault(File.Exists);
        IEnumerable<string> names = list is null ? used().Distinct().Order(StringComparer.Ordinal) : ClassTable.FromFile(list).Names;
        string[] things = [.. names.Where(name => name is not (Ignored or Background or "background"))];
        return things.Length < Annotations.AnnotationLimits.Classes
            ? new LabelmeClasses(things.Prepend(Background), ignoreIndex)
            : throw new DataSetException($"{list ?? folder}: {things.Length} labels are more than the {Annotations.AnnotationLimits.Classes - 1} classes that a mask can hold.");
    }

    /// <summary>The class of a label, or null.</summary>
    public byte? IndexOf(string label) => _indices.TryGetValue(label, out byte index) ? index : null;
}
