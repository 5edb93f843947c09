namespace SegFromScratch.Tests.Apps.BadInputs;

/// <summary>Each kind of bad input gets one clear line that names its place and the mend, and a status that is not 0.</summary>
[NonParallelizable]
public sealed class BadInputTests
{
    private static BadInput[] All { get; } = [.. BadData.All, .. BadSettings.All];

    [TestCaseSource(nameof(All))]
    public void It_is_told_in_one_line(object input)
    {
        var bad = (BadInput)input;
        using var folder = new TemporaryFolder();
        string before = Environment.CurrentDirectory;
        try
        {
            // Options name their files by short names, as a person would type them.
            string[] command = bad.Command(folder);
            Environment.CurrentDirectory = folder.Path;
            CommandRun run = CommandRun.Of(command);
            Assert.Multiple(() =>
            {
                Assert.That(run.Status, Is.EqualTo(1));
                Assert.That(run.Error, Does.StartWith("error: ").And.EndsWith("\n").And.Contain(bad.Place).And.Contain(bad.Mend));
                Assert.That(run.Error.TrimEnd('\n'), Does.Not.Contain("\n").And.Not.Contain(" at SegFromScratch").And.Not.Contain("Exception"));
            });
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void There_are_at_least_forty_kinds() => Assert.That(All.Select(input => input.Kind).Distinct().Count(), Is.EqualTo(All.Length).And.GreaterThanOrEqualTo(40));
}
