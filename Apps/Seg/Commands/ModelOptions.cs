using System.CommandLine;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options that name a network and what is chosen about it.</summary>
internal static class ModelOptions
{
    /// <summary>--model. The names are not in the help, whose columns they would stretch: <c>seg models</c> lists them.</summary>
    public static Option<string> Model()
    {
        var option = new Option<string>("--model") { Description = "The network; 'seg models' lists them.", HelpName = "name", DefaultValueFactory = _ => "unet" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !ModelCatalog.Models.ContainsKey(name))
                result.AddError($"There is no network '{name}': 'seg models' lists them{Near(name)}.");
        });
        return option;
    }

    /// <summary>--set.</summary>
    public static Option<string[]> Settings() => new("--set")
    {
        Description = "Choose something about the network, such as --set output_stride=8; 'seg models NAME' lists what a network lets choose. May be given several times.",
        HelpName = "name=value",
    };

    /// <summary>A network with the settings that were given.</summary>
    /// <exception cref="ConfigurationException">A setting is not of the form NAME=VALUE.</exception>
    public static NamedOptions With(NamedOptions model, IEnumerable<string>? settings)
    {
        foreach (string setting in settings ?? [])
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new ConfigurationException($"--set {setting}: give NAME=VALUE, such as output_stride=8.");
            model = model.With(setting[..equals], setting[(equals + 1)..]);
        }

        return model;
    }

    private static string Near(string name)
    {
        string[] near = [.. ModelCatalog.Models.Keys.Where(known => known.Contains(name, StringComparison.OrdinalIgnoreCase)).Take(5)];
        return near.Length == 0 ? "" : $". Some contain it: {string.Join(", ", near)}";
    }
}
