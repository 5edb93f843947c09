using System.CommandLine;
using System.CommandLine.Help;
using SegFromScratch.Apps.Seg.Commands;
using SegFromScratch.Apps.Seg.Console.Help;

namespace SegFromScratch.Apps.Seg;

/// <summary>The <c>seg</c> command with all its parts.</summary>
public static class SegCommand
{
    /// <summary>Makes the command.</summary>
    public static RootCommand Create()
    {
        RootCommand root = Parts();
        root.Options.OfType<HelpOption>().Single().Action = new WrappedHelpAction();
        return root;
    }

    private static RootCommand Parts() => new("Trains image-segmentation networks with kernels written in C#, on NVIDIA, AMD and Intel GPUs and on plain CPUs.")
    {
        TrainCommand.Create(),
        InspectCommand.Create(),
        EvaluateCommand.Create(),
        PredictCommand.Create(),
        SubmitCommand.Create(),
        CompareCommand.Create(),
        ReportCommand.Create(),
        WeightsCommand.Create(),
        ClassicCommand.Create(),
        DevicesCommand.Create(),
        KernelsCommand.Create(),
        LabCommand.Create(),
        GradcheckCommand.Create(),
        VerifyCommand.Create(),
        BenchCommand.Create(),
        ProfileCommand.Create(),
        ModelsCommand.Create(),
        RecipesCommand.Create(),
        SummaryCommand.Create(),
    };
}
