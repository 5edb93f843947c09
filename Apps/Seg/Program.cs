using System.CommandLine;
using SegFromScratch.Apps.Seg.Commands;
using SegFromScratch.Apps.Seg.Console;

var root = new RootCommand("Trains image-segmentation networks with kernels written in C#, on NVIDIA, AMD and Intel GPUs and on plain CPUs.")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    PredictCommand.Create(),
    DevicesCommand.Create(),
    KernelsCommand.Create(),
    GradcheckCommand.Create(),
    VerifyCommand.Create(),
};
return CommandRunner.Run(root, args);
