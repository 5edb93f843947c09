using System.CommandLine;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg kernels</c>: lists kernels and shows what the translator made of them.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var command = new Command("kernels", "Lists the kernels, and shows the text that the translator made of each.") { CreateList(), CreateShow() };
        return command;
    }

    private static IReadOnlyList<KernelDefinition> All() =>
        [.. KernelCatalog.Of(typeof(OperationCatalog).Assembly), .. KernelCatalog.Of(typeof(Device).Assembly)];

    private static Command CreateList()
    {
        var command = new Command("list", "Lists all kernels.");
        command.SetAction(_ =>
        {
            Table table = new Table().RoundedBorder().AddColumns("kernel", "launched over", "barriers", "OpenCL", "CUDA");
            foreach (KernelDefinition kernel in All())
                table.AddRow(kernel.Name, kernel.IsImplicitlyGrouped ? "an extent" : "groups", kernel.UsesBarrier ? "yes" : "", kernel.OpenCl is null ? "none" : "yes", kernel.Cuda is null ? "none" : "yes");
            AnsiConsole.Write(table);
            return 0;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var name = new Argument<string>("name") { Description = "The kernel, such as ConvolutionKernels.Forward, or any part of its name that only one has." };
        var target = new Option<string>("--target") { Description = "Which text to show.", DefaultValueFactory = _ => "opencl" };
        target.AcceptOnlyFromAmong("opencl", "cuda", "csharp");
        var command = new Command("show", "Shows the text of one kernel.") { name, target };
        command.SetAction(result =>
        {
            KernelDefinition kernel = Find(result.GetRequiredValue(name));
            string chosen = result.GetRequiredValue(target);
            string? text = chosen switch { "opencl" => kernel.OpenCl, "cuda" => kernel.Cuda, _ => kernel.CSharp };
            System.Console.Out.WriteLine(text ?? throw new DeviceException($"kernel {kernel.Name} has no {chosen} form"));
            return 0;
        });
        return command;
    }

    private static KernelDefinition Find(string name)
    {
        IReadOnlyList<KernelDefinition> all = All();
        if (all.FirstOrDefault(kernel => kernel.Name == name) is { } exact)
            return exact;
        KernelDefinition[] matches = [.. all.Where(kernel => kernel.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw new DeviceException($"no kernel is named '{name}': 'seg kernels list' shows all"),
            _ => throw new DeviceException($"'{name}' could be any of {string.Join(", ", matches.Select(kernel => kernel.Name))}: give more of the name"),
        };
    }
}
