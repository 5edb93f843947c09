using System.CommandLine;
using System.Diagnostics;
using SegFromScratch.Apps.Seg.Benchmarks;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Apps.Seg.Console.Help;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg profile</c>: where the time of a training step goes.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var options = new TrainOptions();
        var steps = new Option<int>("--steps") { Description = "Steps to measure. Before them it is warmed up: " + WarmUp.Rule + ".", DefaultValueFactory = _ => 5 };
        var jobs = new Option<bool>("--jobs") { Description = "List the jobs of the cpu device below each pass." };
        var sizes = new Option<bool>("--sizes") { Description = "Keep passes with different output shapes apart." };
        steps.Validators.Add(result =>
        {
            if (result.GetValue(steps) < 1)
                result.AddError("--steps must be at least 1");
        });
        var command = new GroupedCommand("profile", "Shows where the time of a training step goes, by operation: time, rates, and the share of the machine's measured peak. Takes the options of train.");
        command.AddGroup("What is measured", steps, jobs, sizes);
        options.AddTo(command);
        command.SetAction(result => Run(options.Configuration(result), result.GetValue(steps), result.GetValue(jobs), result.GetValue(sizes)));
        return command;
    }

    private static int Run(RunConfiguration configuration, int steps, bool jobs, bool sizes)
    {
        using Device device = DeviceTuner.Open(configuration.Device, configuration.Threads);
        configuration.ApplyTo(device);
        var setup = new TrainingSetup(configuration, device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, (ulong)configuration.Seed);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = configuration.Batch });
        Batch batch = loader.Next();
        long step = 0;
        WarmUp.Run(device, LearnOnce);
        double plain = Learn();
        WriteKernels(device, steps, plain, Learn);
        using var profile = new OperationProfile(device);
        double seconds = Learn();
        MachinePeak? peak = device is CpuDevice cpu ? MachinePeak.Measure(cpu.Threads) : null;
        AnsiConsole.Write(ProfileTable.Create(ProfileRow.Group(profile.Entries, sizes, jobs), steps, seconds, peak));
        System.Console.Out.WriteLine($"{1e3 * seconds / steps:f1} ms a step while it was profiled, {1e3 * plain / steps:f1} before, on {device.Description}");
        if (peak is not null)
            System.Console.Out.WriteLine($"peak: {peak.OperationsPerSecond / 1e9:f0} GFLOP/s between registers, {peak.BytesPerSecond / 1e9:f1} GB/s of a copy in memory");
        loader.Return(batch);
        return 0;

        void LearnOnce() => trainer.Learn(batch, step++, configuration.Optimizer.LearningRate);

        double Learn()
        {
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < steps; i++)
                LearnOnce();
            device.Synchronize();
            return clock.Elapsed.TotalSeconds;
        }
    }

    // Before the passes: those are measured with the device stopped after each, and kernels without.
    private static void WriteKernels(Device device, int steps, double plain, Func<double> learn)
    {
        using IKernelTimes? times = device.MeasureKernels();
        if (times is null)
            return;
        learn();
        AnsiConsole.Write(KernelTimesTable.Create(times.Read(), steps, plain, out string summary));
        System.Console.Out.WriteLine(summary);
    }
}
