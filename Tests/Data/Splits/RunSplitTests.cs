using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Data.Splits;

public class RunSplitTests
{
    [Test]
    public void A_run_writes_its_split_and_goes_on_with_it()
    {
        using var temporary = new TemporaryFolder();
        using var device = new CpuDevice(1);
        RunFolder folder = RunFolder.Create(temporary["run"]);
        TrainingSetup setup = TinyRun.Setup(device);
        TrainingRun.Begin(setup, folder, new Nobody());
        RunConfiguration configuration = folder.LoadConfiguration();
        Assert.That(configuration.Data.Split, Is.EqualTo(folder.SplitPath));
        // Another seed would divide otherwise; the file decides.
        DataSetParts again = DataSource.Open(configuration.Data with { SplitSeed = 99 });
        Assert.That(SplitFile.Of(again).Train, Is.EqualTo(SplitFile.Of(setup.Data).Train).And.Not.EqualTo(SplitFile.Of(DataSource.Open(TinyRun.Configuration.Data with { SplitSeed = 99 })).Train));
        Assert.That(SplitFile.Read(folder.SplitPath).Validation, Has.Count.EqualTo(2));
    }

    private sealed class Nobody : ITrainingObserver
    {
        public void Started(TrainingSetup setup, RunProgress progress)
        {
        }

        public void StepDone(RunProgress progress, float loss, double learningRate)
        {
        }

        public void Validating(int images, int total)
        {
        }

        public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest)
        {
        }
    }
}
