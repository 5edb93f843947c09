using System.CommandLine;
using System.Globalization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Weights;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg weights</c>: looks into weight files, and makes safetensors of PyTorch's.</summary>
internal static class WeightsCommand
{
    private const string Extension = ".safetensors";

    public static Command Create() => new("weights", "Shows and converts weight files: safetensors, and PyTorch's .pth and .pt.") { CreateShow(), CreateConvert() };

    private static Command CreateShow()
    {
        var file = new Argument<string>("file") { Description = "A .safetensors, .pth or .pt file." };
        var command = new Command("show", "Lists names, shapes and types of the tensors in a file.") { file };
        command.SetAction(result => Show(result.GetRequiredValue(file)));
        return command;
    }

    private static Command CreateConvert()
    {
        var input = new Argument<string>("input") { Description = "A .safetensors, .pth or .pt file." };
        var output = new Argument<string>("output") { Description = "The .safetensors file to write; one that is there is replaced." };
        var command = new Command("convert", "Writes the tensors of a file as safetensors, bit for bit. Nothing that a .pth file asks for is run.") { input, output };
        command.SetAction(result => Convert(result.GetRequiredValue(input), result.GetRequiredValue(output)));
        return command;
    }

    private static int Show(string path)
    {
        using WeightSource file = WeightSource.Open(path);
        Table table = new Table().RoundedBorder().AddColumns("tensor", "shape", "type");
        table.AddColumn(new TableColumn("elements").RightAligned());
        foreach (WeightEntry entry in file.Entries)
            table.AddRow(Markup.Escape(entry.Name), Markup.Escape($"[{string.Join(", ", entry.Shape)}]"), entry.DataType.Name(), Grouped(entry.Elements));
        AnsiConsole.Write(table);
        System.Console.Out.WriteLine(Totals(file));
        return 0;
    }

    private static int Convert(string input, string output)
    {
        if (!output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            throw new ConfigurationException($"{output}: the file to write must end in {Extension}");
        if (Path.GetFullPath(input) == Path.GetFullPath(output))
            throw new ConfigurationException($"{output}: the file to write is the one to read");
        using WeightSource file = WeightSource.Open(input);
        SafeTensorsWriter.Write(output, file.Entries.Select(entry => KeyValuePair.Create(entry.Name, file.ReadTensor(entry.Name))), (file as SafeTensorsFile)?.Metadata);
        System.Console.Out.WriteLine($"{output}: {Totals(file)}");
        return 0;
    }

    private static string Totals(WeightSource file)
    {
        long bytes = file.Entries.Sum(entry => entry.ByteLength);
        string types = string.Join(", ", file.Entries.GroupBy(entry => entry.DataType).Select(group => $"{group.Count()} {group.Key.Name()}"));
        return $"{file.Entries.Count} tensors ({types}), {Grouped(file.Entries.Sum(entry => entry.Elements))} elements, {Grouped(bytes)} bytes";
    }

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
