using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Losses;

public sealed class LossTermTests
{
    [Test]
    public void A_sum_is_read_term_by_term()
    {
        IReadOnlyList<LossTerm> terms = LossTerm.ParseSum("cross-entropy:smoothing=0.1 + 0.5*dice:squared,smooth=2+2 * lovasz");
        Assert.Multiple(() =>
        {
            Assert.That(terms.Select(term => (term.Factor, term.Loss.Name)), Is.EqualTo(new[] { (1.0, "cross-entropy"), (0.5, "dice"), (2.0, "lovasz") }));
            Assert.That(terms[0].Loss.GetDouble("smoothing", 0), Is.EqualTo(0.1));
            Assert.That(terms[1].Loss.GetBoolean("squared", false), Is.True);
            Assert.That(terms[1].Loss.GetDouble("smooth", 0), Is.EqualTo(2));
            Assert.That(terms[2].Loss.Options, Is.Empty);
        });
    }

    [TestCase("", "a term has no name")]
    [TestCase("dice+", "a term has no name")]
    [TestCase("2*", "a term has no name")]
    [TestCase("x*dice", "'x' is no factor above 0")]
    [TestCase("-1*dice", "'-1' is no factor above 0")]
    [TestCase("0*dice", "'0' is no factor above 0")]
    [TestCase("focal:", "'' is no SETTING=VALUE")]
    [TestCase("focal:gamma=", "'gamma=' is no SETTING=VALUE")]
    [TestCase("focal:=2", "'=2' is no SETTING=VALUE")]
    [TestCase("focal:gamma=1,gamma=2", "'gamma' is given twice")]
    public void Each_mistake_is_one_line_with_the_grammar(string text, string reason)
    {
        string message = Assert.Throws<ConfigurationException>(() => LossTerm.ParseSum(text))!.Message;
        Assert.That(message, Does.StartWith($"loss '{text}': {reason}; give [FACTOR*]NAME").And.Not.Contain("\n"));
    }
}
