namespace SegFromScratch.Training.Data.Layouts;

/// <summary>Reads lists of samples: one image a line, by name with or without folder and extension; what follows a space is passed over.</summary>
internal static class NameList
{
    /// <summary>The numbers of the samples that a list names, in the list's order.</summary>
    /// <param name="listFile">The list. Lines that are empty or begin with # are passed over.</param>
    /// <param name="byName">Number of a sample by the base name of its image.</param>
    /// <exception cref="DataSetException">A line names no image, or an image that an earlier line names.</exception>
    public static int[] Select(string listFile, IReadOnlyDictionary<string, int> byName)
    {
        List<int> selected = [];
        HashSet<int> seen = [];
        foreach ((int line, string name) in Names(listFile))
        {
            if (!byName.TryGetValue(Path.GetFileNameWithoutExtension(name), out int index))
                throw new DataSetException($"{listFile}, line {line}: no image named {name}; mend the list or add the image.");
            if (!seen.Add(index))
                throw new DataSetException($"{listFile}, line {line}: {name} is named twice; remove one of the lines.");
            selected.Add(index);
        }
        return [.. selected];
    }

    /// <summary>The first words of a list's lines, with the lines' numbers.</summary>
    public static IEnumerable<(int Line, string Name)> Names(string listFile)
    {
        int line = 0;
        foreach (string text in File.ReadLines(listFile))
        {
            line++;
            string first = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("");
            if (first.Length > 0 && first[0] != '#')
                yield return (line, first);
        }
    }

    /// <summary>The parts that train.txt, val.txt and test.txt of a folder name; without val.txt the rest validates. Null where there is no train.txt.</summary>
    /// <param name="folder">The folder of the lists.</param>
    /// <param name="byName">Number of a sample by the base name of its image.</param>
    public static GivenParts? Parts(string folder, IReadOnlyDictionary<string, int> byName)
    {
        if (Listed("train") is not { } train)
            return null;
        int[]? test = Listed("test");
        return new GivenParts(train, Listed("val") ?? [.. Enumerable.Range(0, byName.Count).Except(train).Except(test ?? [])], test);

        int[]? Listed(string part)
        {
            string list = Path.Combine(folder, part + ".txt");
            return File.Exists(list) ? Select(list, byName) : null;
        }
    }
}
