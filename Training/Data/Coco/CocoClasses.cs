using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Coco;

/// <summary>Which class index each of COCO's category numbers stands for.</summary>
internal sealed class CocoClasses
{
    private readonly Dictionary<long, byte> _indices = [];

    private CocoClasses(ClassTable table) => Table = table;

    /// <summary>Names and colours.</summary>
    public ClassTable Table { get; }

    /// <summary>
    /// Classes in the order of the category numbers, which may have gaps: class 0 is the background, be it a category (number 0, or named so) or none.
    /// </summary>
    /// <param name="root">The file's outermost object.</param>
    /// <exception cref="DataSetException">There is no category, too many, or one twice.</exception>
    public static CocoClasses Of(JsonNode root)
    {
        JsonNode categories = root.Get("categories");
        SortedDictionary<long, string> names = [];
        foreach (JsonNode category in categories.Items())
        {
            if (!names.TryAdd(category.Get("id").WholeNumber(), OneLine.Text(category.Get("name").Text())))
                throw category.Error($"category number {category.Get("id").WholeNumber()} is there twice");
        }
        if (names.Count is 0 or >= AnnotationLimits.Classes)
            throw categories.Error($"{names.Count} categories where 1 to {AnnotationLimits.Classes - 1} are due");
        (long first, string name) = names.First();
        bool hasBackground = first == 0 || name is "background" or "_background_";
        var classes = new CocoClasses(ClassTable.FromNames([.. hasBackground ? names.Values : names.Values.Prepend("background")]));
        int next = hasBackground ? 0 : 1;
        foreach (long id in names.Keys)
            classes._indices[id] = (byte)next++;
        return classes;
    }

    /// <summary>The class of a category number.</summary>
    /// <exception cref="DataSetException">There is no such category.</exception>
    public byte IndexOf(JsonNode category) =>
        _indices.TryGetValue(category.WholeNumber(), out byte index) ? index : throw category.Error($"no category has the number {category.WholeNumber()}");
}
