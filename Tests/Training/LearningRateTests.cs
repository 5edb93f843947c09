using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Training;

public sealed class LearningRateTests
{
    // 100 steps an epoch, 100 epochs, base 1e-3.
    private static LearningRateSchedule Make(NamedOptions schedule) => LearningRateSchedule.Create(schedule, 1e-3, 10_000, 100);

    private static NamedOptions Named(string name) => new() { Name = name };

    [TestCase(0, 1e-3)]
    [TestCase(40, 1e-3)]
    [TestCase(41, 5e-4)]
    [TestCase(60, 5e-4)]
    [TestCase(61, 1e-4)]
    [TestCase(80, 1e-4)]
    [TestCase(81, 5e-5)]
    [TestCase(99, 5e-5)]
    public void The_staircase_is_that_of_the_books_code(int epoch, double rate)
    {
        LearningRateSchedule schedule = Make(Named("staircase"));
        Assert.That(schedule.Rate(epoch * 100L), Is.EqualTo(rate).Within(1e-15));
        Assert.That(schedule.Rate((epoch * 100L) + 99), Is.EqualTo(rate).Within(1e-15));
    }

    [Test]
    public void Steps_fall_by_epochs_or_by_steps()
    {
        LearningRateSchedule epochs = Make(Named("step").With("every_epochs", "2").With("factor", "0.5")), steps = Make(Named("step").With("every_steps", "30"));
        Assert.That(new[] { epochs.Rate(199), epochs.Rate(200), epochs.Rate(400) }, Is.EqualTo([1e-3, 5e-4, 2.5e-4]).Within(1e-15));
        Assert.That(new[] { steps.Rate(29), steps.Rate(30), steps.Rate(60) }, Is.EqualTo([1e-3, 1e-4, 1e-5]).Within(1e-15));
    }

    // As the PASCAL VOC review warms up: f = 1e-3 (1 - a) + a with a = x / N, then (1 - (x - N) / (29 N))^0.9.
    [TestCase(0, 1e-6)]
    [TestCase(50, 5.005e-4)]
    [TestCase(100, 1e-3)]
    [TestCase(5050, 5.3588673126814653e-4)]
    [TestCase(10_000, 0)]
    public void Poly_warms_up_over_an_epoch(long step, double rate)
    {
        LearningRateSchedule schedule = Make(Named("poly").With("warm_up_epochs", "1").With("warm_up_start", "0.001"));
        Assert.That(schedule.Rate(step), Is.EqualTo(rate).Within(1e-12));
    }

    [Test]
    public void Cosine_ends_at_its_minimum_and_warms_up_step_by_step()
    {
        LearningRateSchedule schedule = Make(Named("cosine").With("warm_up_steps", "4").With("minimum", "1e-5"));
        Assert.That(new[] { schedule.Rate(0), schedule.Rate(3), schedule.Rate(4), schedule.Rate(5002), schedule.Rate(9999) }, Is.EqualTo([2.5e-4, 1e-3, 1e-3, 5e-4, 1e-5]).Within(1e-12));
    }

    // Made by PyTorch 1.13's ReduceLROnPlateau(mode='max', factor=0.5, patience=1).
    [Test]
    public void The_plateau_is_that_of_PyTorch_and_goes_on_from_its_state()
    {
        double[] scores = [0.5, 0.5, 0.50004, 0.51, 0.5, 0.5, 0.5, 0.5, 0.6], expected = [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125];
        NamedOptions options = Named("plateau").With("factor", "0.5").With("patience", "1");
        var plateau = new PlateauFactor(options);
        for (int i = 0; i < scores.Length; i++)
        {
            plateau.EpochDone(scores[i]);
            Assert.That(plateau.Current, Is.EqualTo(expected[i]), $"after score {i}");
            var state = new Dictionary<string, double>();
            plateau.WriteTo(state);
            plateau = new PlateauFactor(options);
            plateau.ReadFrom(state);
        }
    }

    [TestCase("stairs", "schedule 'stairs' is unknown: choose constant, poly, cosine, step, staircase, plateau")]
    [TestCase("constant:power=2", "'constant' has no setting 'power'")]
    [TestCase("step:factor=-1", "its factor be above 0")]
    [TestCase("staircase:epochs=3/2,factors=1/1", "rising epochs")]
    [TestCase("plateau:factor=2", "below 1")]
    [TestCase("step:factor", "is no SETTING=VALUE")]
    public void What_makes_no_schedule_is_told(string text, string message) =>
        Assert.That(() => LearningRateSchedule.Parse(text), Throws.TypeOf<ConfigurationException>().With.Message.Contains(message));

    [Test]
    public void A_schedule_is_read_as_it_is_typed()
    {
        NamedOptions schedule = LearningRateSchedule.Parse("staircase:epochs=2/3,factors=0.5/0.25,warm_up_steps=1");
        Assert.That(schedule.GetNumbers("epochs"), Is.EqualTo([2.0, 3.0]));
        Assert.That(Make(schedule).Rate(300), Is.EqualTo(2.5e-4).Within(1e-15));
    }
}
