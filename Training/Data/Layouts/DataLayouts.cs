using SegFromScratch.Training.Data.Binary;
using SegFromScratch.Training.Data.Coco;
using SegFromScratch.Training.Data.Labelme;
using SegFromScratch.Training.Data.Nuclei;
using SegFromScratch.Training.Data.Pet;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Data.Via;
using SegFromScratch.Training.Data.Voc;

namespace SegFromScratch.Training.Data.Layouts;

/// <summary>The layouts that are read.</summary>
internal static class DataLayouts
{
    /// <summary>The name that asks for recognition.</summary>
    public const string Automatic = "auto";

    /// <summary>All layouts, in the order in which they are looked for: layouts of folders first, then those known by a file's content.</summary>
    public static IReadOnlyList<IDataLayout> All { get; } =
    [
        new CamVidLayout(), new SeverstalMasksLayout(), new SeverstalLayout(), new VocLayout(), new PetLayout(), new ImagesAndMasksLayout(),
        new BinaryLayout(), new NucleiLayout(), new ViaLayout(), new CocoLayout(), new LabelmeLayout(),
    ];

    /// <summary>The layout of a path.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="name">A layout's name, or auto.</param>
    /// <exception cref="DataSetException">The path is of no known layout, or there is no layout of the name.</exception>
    public static IDataLayout Find(string path, string name)
    {
        if (name != Automatic)
        {
            return All.FirstOrDefault(layout => layout.Name == name)
                ?? throw new DataSetException($"--layout {name}: no such layout; choose {Automatic}, {string.Join(", ", All.Select(layout => layout.Name))}.");
        }
        return All.FirstOrDefault(layout => layout.IsPresent(path))
            ?? throw RefusedData.Inside(path) ?? new DataSetException($"{path}: no known layout; looked for {string.Join(", ", All.Select(layout => $"{layout.Signature} ({layout.Name})"))}.");
    }
}
