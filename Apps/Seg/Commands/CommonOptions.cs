using System.CommandLine;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>--device.</summary>
    public static Option<string> Device(string standard = "auto") => new("--device")
    {
        Description = "Where to compute: auto, cpu, debug, opencl, opencl:N, cuda, cuda:N. 'seg devices' lists them.",
        DefaultValueFactory = _ => standard,
    };

    /// <summary>--checkpoint.</summary>
    public static Option<string> Checkpoint() => new("--checkpoint")
    {
        Description = "Which weights of the run: best, last, or the number of an epoch that 'seg train --keep-last' kept.",
        DefaultValueFactory = _ => RunFolder.BestName,
    };

    /// <summary>--threads.</summary>
    public static Option<int> Threads() => new("--threads") { Description = "Threads of the cpu device; 0 takes all cores." };
}
