using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Reports;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Reports;

/// <summary>Short runs with a watch beside them.</summary>
internal static class WatchedRun
{
    /// <summary>A data set of class maps: bright squares on dark ground, one picture with a void corner.</summary>
    public static string WriteSquares(TemporaryFolder folder)
    {
        const int Size = 32;
        folder.WriteText("squares/classes.txt", "ground\n<square>\n");
        for (int number = 0; number < 8; number++)
        {
            byte[] labels = new byte[Size * Size];
            for (int y = 8; y < 24; y++)
                labels.AsSpan((y * Size) + number, 12).Fill(1);
            if (number == 3)
                labels[0] = 255;
            folder.WriteImage($"squares/images/{number}.png", Size, Size, (byte)(40 + (20 * number)));
            folder.WriteMask($"squares/masks/{number}.png", Size, Size, labels);
        }

        return folder["squares"];
    }

    /// <summary>The configuration of a run on a data set of class maps.</summary>
    public static RunConfiguration OnClassMaps(string data) => TinyRun.Configuration with { Data = new DataOptions { Path = data, ValidationShare = 0.5 }, Epochs = 2 };

    /// <summary>Begins a run, or resumes it, and trains to the end, or until an observer ends it.</summary>
    public static RunFolder Train(string path, RunConfiguration configuration, bool resume = false, bool withWeights = false, params ITrainingObserver[] others)
    {
        using var device = new CpuDevice(1);
        RunFolder folder = resume ? RunFolder.Open(path) : RunFolder.Create(path);
        var setup = new TrainingSetup(resume ? folder.LoadConfiguration() : configuration, device);
        using var watch = new RunWatch(folder, resume ? "seg train --resume RUN" : "seg train --run RUN", withWeights);
        var observers = new ObserverGroup([watch, .. others]);
        TrainingRun run = resume ? TrainingRun.Resume(setup, folder, observers) : TrainingRun.Begin(setup, folder, observers);
        watch.Close(run.Run(CancellationToken.None));
        return folder;
    }
}

/// <summary>Does something after a step or an epoch.</summary>
internal sealed class Interruption : ITrainingObserver
{
    public long AfterStep { get; init; } = long.MaxValue;

    public Action OnStep { get; init; } = () => { };

    public Action OnEpoch { get; init; } = () => { };

    public void Started(TrainingSetup setup, RunProgress progress)
    {
    }

    public void StepDone(RunProgress progress, float loss, double learningRate)
    {
        if (progress.GlobalStep == AfterStep)
            OnStep();
    }

    public void Validating(int images, int total)
    {
    }

    public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest) => OnEpoch();
}
