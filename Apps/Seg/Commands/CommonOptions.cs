using System.CommandLine;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>--device.</summary>
    public static Option<string> Device(string standard = "auto") => new("--device")
    {
        HelpName = "name",
        Description = "Where to compute: auto, cpu, debug, opencl, opencl:N, cuda, cuda:N. 'seg devices' lists them.",
        DefaultValueFactory = _ => standard,
    };

    /// <summary>--precision.</summary>
    public static Option<string> Precision()
    {
        var option = new Option<string>("--precision")
        {
            Description = "The numbers that products are computed with: fp32, or tf32 or bf16 on the tensor cores of NVIDIA GPUs. Weights and sums are float32 in any case.",
            DefaultValueFactory = _ => MatrixPrecisions.Name(MatrixPrecision.Float32),
        };
        option.AcceptOnlyFromAmong([.. MatrixPrecisions.Names]);
        return option;
    }

    /// <summary>--cuda-graph.</summary>
    public static Option<bool> CudaGraph() => new("--cuda-graph") { Description = "Give each training step to a CUDA device as a whole, which saves the time between short kernels." };

    /// <summary>--checkpoint.</summary>
    public static Option<string> Checkpoint() => new("--checkpoint")
    {
        HelpName = "name",
        Description = "Which weights of the run: best, last, or the number of an epoch that 'seg train --keep-last' kept.",
        DefaultValueFactory = _ => RunFolder.BestName,
    };

    /// <summary>--threads.</summary>
    public static Option<int> Threads() => new("--threads") { Description = "Threads of the cpu device; 0 takes all cores." };
}
