namespace SegFromScratch.Training.Data;

/// <summary>Names and colours of a data set's classes.</summary>
/// <param name="Names">One name a class.</param>
/// <param name="Colors">One colour a class.</param>
public sealed record ClassTable(IReadOnlyList<string> Names, IReadOnlyList<(byte R, byte G, byte B)> Colors)
{
    /// <summary>The 11 CamVid classes in SegNet's order, with SegNet's colours; value 11 is void.</summary>
    public static ClassTable CamVid { get; } = new(
        ["Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist"],
        [
            (128, 128, 128), (128, 0, 0), (192, 192, 128), (128, 64, 128), (60, 40, 222), (128, 128, 0),
            (192, 128, 128), (64, 64, 128), (64, 0, 128), (64, 64, 0), (0, 128, 192),
        ]);

    /// <summary>The four steel defects of Severstal, in the order of ClassId 1 to 4.</summary>
    public static ClassTable Steel { get; } = FromNames(["defect 1", "defect 2", "defect 3", "defect 4"], firstColor: 1);

    /// <summary>Classes with given names; colours by <see cref="PascalColor"/>.</summary>
    /// <param name="names">One name a class.</param>
    /// <param name="firstColor">0 where class 0 is a background (black), 1 where it is a thing.</param>
    public static ClassTable FromNames(IReadOnlyList<string> names, int firstColor = 0)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new ClassTable(names, [.. Enumerable.Range(firstColor, names.Count).Select(PascalColor)]);
    }

    /// <summary>Classes known by number only: "class 0", "class 1", ...</summary>
    public static ClassTable Numbered(int count) => FromNames([.. Enumerable.Range(0, count).Select(index => $"class {index}")]);

    /// <summary>One name a line; empty lines and lines that begin with # are passed over.</summary>
    /// <exception cref="DataSetException">The file holds no name.</exception>
    public static ClassTable FromFile(string path)
    {
        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        if (names.Length == 0)
            throw new DataSetException($"{path}: no class name in it; write one name a line, the first line for mask value 0.");
        return FromNames(names);
    }

    /// <summary>
    /// Colour number <paramref name="index"/> of the PASCAL VOC palette: the index's bits, three at a time, become the high bits of
    /// red, green and blue, so that neighbours differ strongly.
    /// </summary>
    public static (byte R, byte G, byte B) PascalColor(int index)
    {
        int red = 0, green = 0, blue = 0;
        for (int bit = 7; index > 0; bit--, index >>= 3)
        {
            red |= (index & 1) << bit;
            green |= ((index >> 1) & 1) << bit;
            blue |= ((index >> 2) & 1) << bit;
        }
        return ((byte)red, (byte)green, (byte)blue);
    }
}
