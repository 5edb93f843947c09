using System.Globalization;
using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Via;

/// <summary>Which class index each value of the region attribute stands for; 0 is where no region is.</summary>
internal sealed class ViaClasses
{
    private static readonly string[] _usualAttributes = ["Name", "name", "class", "label", "type"];

    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    private ViaClasses(ClassTable table) => Table = table;

    /// <summary>Names and colours.</summary>
    public ClassTable Table { get; }

    /// <summary>
    /// The classes of files. With classes.txt its lines are the names, the background first. Without it the annotator's options and the values used
    /// count: whole numbers from 1 are class indices themselves, other values are numbered in the order of the options, then of the alphabet.
    /// </summary>
    /// <param name="roots">The files' outermost objects.</param>
    /// <param name="named">The classes of classes.txt, or null.</param>
    /// <exception cref="DataSetException">There are too many classes, or none.</exception>
    public static ViaClasses Of(IReadOnlyList<JsonNode> roots, ClassTable? named)
    {
        if (named is not null)
        {
            var given = new ViaClasses(named);
            for (int index = 0; index < named.Names.Count; index++)
            {
                given._indices[index.ToString(CultureInfo.InvariantCulture)] = index;
                given._indices[named.Names[index]] = index;
            }
            return given;
        }
        Dictionary<string, string> texts = Options(roots);
        string[] values = [.. texts.Keys.Concat(roots.SelectMany(ViaProject.Regions).Select(ValueOf).Order(StringComparer.Ordinal)).Distinct()];
        int[] numbers = [.. values.Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        bool areIndices = Array.TrueForAll(numbers, number => number >= 1);
        int[] indices = areIndices ? numbers : [.. Enumerable.Range(1, values.Length)];
        if (values.Length == 0 || indices.Max() >= AnnotationLimits.Classes)
            throw roots[0].Error(values.Length == 0 ? "no region, so no class" : $"class {indices.Max()} is beyond {AnnotationLimits.Classes - 1}", "mend the region attributes or add classes.txt");
        string[] names = [.. Enumerable.Range(0, indices.Max() + 1).Select(index => index == 0 ? "background" : $"class {index}")];
        for (int i = 0; i < values.Length; i++)
            names[indices[i]] = texts.GetValueOrDefault(values[i], areIndices ? names[indices[i]] : values[i]);
        var classes = new ViaClasses(ClassTable.FromNames(names));
        for (int i = 0; i < values.Length; i++)
            classes._indices[values[i]] = indices[i];
        return classes;
    }

    /// <summary>The class of a region.</summary>
    /// <exception cref="DataSetException">The region has no class, or one that is not known.</exception>
    public byte IndexOf(JsonNode region)
    {
        string value = ValueOf(region);
        return _indices.TryGetValue(value, out int index)
            ? (byte)index
            : throw region.Error($"class '{OneLine.Text(value)}' is not one of {string.Join(", ", Table.Names)}", "mend the region attribute or classes.txt");
    }

    // The options of the only region attribute: {"1": "Water", ...}.
    private static Dictionary<string, string> Options(IReadOnlyList<JsonNode> roots)
    {
        Dictionary<string, string> texts = [];
        foreach (JsonNode root in roots)
        {
            JsonNode[] attributes = [.. root.Find("_via_attributes")?.Find("region")?.Members().Select(member => member.Node) ?? []];
            if (attributes is not [var only] || only.Find("options") is not { IsObject: true } options)
                continue;
            foreach ((string value, JsonNode text) in options.Members())
                texts.TryAdd(value, text.IsText && text.Text().Length > 0 ? OneLine.Text(text.Text()) : OneLine.Text(value));
        }
        return texts;
    }

    private static string ValueOf(JsonNode region)
    {
        (string Name, JsonNode Node)[] attributes = [.. region.Get("region_attributes").Members()];
        JsonNode value = attributes.Length == 1
            ? attributes[0].Node
            : attributes.FirstOrDefault(attribute => _usualAttributes.Contains(attribute.Name)).Node
                ?? throw region.Error($"{attributes.Length} region attributes, and none is named {string.Join(", ", _usualAttributes)}", "name the class in one of them");
        if (value.IsText)
            return value.Text();
        if (!value.IsObject)
            return value.WholeNumber().ToString(CultureInfo.InvariantCulture);
        // Checkboxes are written as {"1": true}.
        return value.Members().ToArray() is [var (chosen, _)] ? chosen : throw value.Error("a region has one class");
    }
}
