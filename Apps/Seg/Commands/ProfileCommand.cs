using System.CommandLine;
using System.Diagnostics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg profile</c>: where the time of a training step goes.</summary>
internal static class ProfileCommand
{
    private const int WarmUpSteps = 3;

    public static Command Create()
    {
        var options = new TrainOptions();
        var steps = new Option<int>("--steps") { Description = "Steps to measure, after a few to warm up.", DefaultValueFactory = _ => 5 };
        var command = new Command("profile", "Shows where the time of a training step goes, on the cpu device. Takes the options of train.");
        command.Options.Add(steps);
        options.AddTo(command);
        command.SetAction(result => Run(options.Configuration(result), result.GetValue(steps)));
        return command;
    }

    private static int Run(RunConfiguration configuration, int steps)
    {
        using var device = new CpuDevice(configuration.Threads);
        var setup = new TrainingSetup(configuration, device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, (ulong)configuration.Seed);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new BatchLoaderOptions { BatchSize = configuration.Batch });
        Batch batch = loader.Next();
        for (int i = 0; i < WarmUpSteps; i++)
            trainer.Learn(batch, i, configuration.Optimizer.LearningRate);
        device.Threads.Timings = new JobTimings();
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < steps; i++)
            trainer.Learn(batch, WarmUpSteps + i, configuration.Optimizer.LearningRate);
        Write(device.Threads.Timings, clock.Elapsed.TotalSeconds, steps);
        loader.Return(batch);
        return 0;
    }

    private static void Write(JobTimings timings, double seconds, int steps)
    {
        Table table = new Table().RoundedBorder().AddColumns("job", "runs a step", "ms a step", "share");
        foreach ((string job, long count, double jobSeconds) in timings.Rows)
            table.AddRow(Markup.Escape(job), $"{count / (double)steps:f0}", $"{1e3 * jobSeconds / steps:f2}", $"{jobSeconds / seconds:p1}");
        double outside = seconds - timings.Rows.Sum(row => row.Seconds);
        table.AddRow("outside jobs", "", $"{1e3 * outside / steps:f2}", $"{outside / seconds:p1}");
        AnsiConsole.Write(table);
        System.Console.Out.WriteLine($"{1e3 * seconds / steps:f1} ms a step");
    }
}
