using System.CommandLine;
using System.Globalization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Weights;

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

        // Plain lines: a table would break long names, and lists of hundreds of tensors are searched with other programs.
        int width = file.Entries.Select(entry => entry.Name.Length).DefaultIfEmpty().Max();
        foreach (WeightEntry entry in file.Entries)
            System.Console.Out.WriteLine($"{Printable(entry.Name).PadRight(width)}  {entry.DataType.Name(),-4}  [{string.Join(", ", entry.Shape)}]");
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

    // A name in a damaged or hostile file could otherwise send commands to the terminal.
    private static string Printable(string name) => string.Concat(name.Select(character => char.IsControl(character) ? '?' : character));

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
