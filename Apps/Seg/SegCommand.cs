using System.CommandLine;
using SegFromScratch.Apps.Seg.Commands;

namespace SegFromScratch.Apps.Seg;

/// <summary>The <c>seg</c> command with all its parts.</summary>
public static class SegCommand
{
    /// <summary>Makes the command.</summary>
    public static RootCommand Create() => new("Trains image-segmentation networks with kernels written in C#, on NVIDIA, AMD and Intel GPUs and on plain CPUs.")
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
