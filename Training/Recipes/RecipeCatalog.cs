using System.Reflection;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Recipes;

/// <summary>
/// Configurations of known runs, as files that a person can read and change. A recipe is a configuration that names what differs from the defaults; its first line is a comment that says
/// what it is. Those of this folder are in the program; any other file is a recipe too.
/// </summary>
public static class RecipeCatalog
{
    private const string Ending = ".json";
    private const string Prefix = "SegFromScratch.Training.Recipes.";

    /// <summary>The names of the recipes in the program.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(RecipeCatalog).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A recipe's text, comments included.</summary>
    /// <exception cref="ConfigurationException">There is no such recipe.</exception>
    public static string Text(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name + Ending);
        if (stream is null)
            throw new ConfigurationException($"There is no recipe '{OneLine.Text(name)}'{NearestName.Hint(name, Names)}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What a recipe is, from its first line.</summary>
    /// <exception cref="ConfigurationException">There is no such recipe.</exception>
    public static string Summary(string name) => Text(name).Split('\n', 2)[0].TrimStart('/', ' ').TrimEnd();

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or a file.</param>
    /// <exception cref="ConfigurationException">There is none, or it is no configuration.</exception>
    public static RunConfiguration Load(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        return !Names.Contains(nameOrPath) && File.Exists(nameOrPath) ? RunConfiguration.Load(nameOrPath) : RunConfiguration.Parse(nameOrPath, Text(nameOrPath));
    }
}
