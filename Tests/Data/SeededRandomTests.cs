using SegFromScratch.Training.Data;

namespace SegFromScratch.Tests.Data;

public class SeededRandomTests
{
    [Test]
    public void Streams_repeat_and_differ_by_every_number_of_their_name()
    {
        ulong First(SeededRandom random) => random.NextBits();
        ulong[] draws =
        [
            First(SeededRandom.For(1)), First(SeededRandom.For(2)), First(SeededRandom.For(1, 0)), First(SeededRandom.For(1, 1)),
            First(SeededRandom.For(1, 0, 1)), First(SeededRandom.For(1, 1, 0)), First(SeededRandom.For(1, 1).Fork(1)),
        ];
        Assert.That(draws, Is.Unique);
        Assert.That(First(SeededRandom.For(1, 2, 3)), Is.EqualTo(First(SeededRandom.For(1).Fork(2).Fork(3))));
    }

    [Test]
    public void Draws_are_uniform()
    {
        SeededRandom random = SeededRandom.For(3);
        int[] counts = new int[6];
        double sum = 0, squares = 0;
        for (int i = 0; i < 60_000; i++)
        {
            counts[random.NextInt(6)]++;
            double value = random.NextDouble();
            (sum, squares) = (sum + value, squares + (value * value));
        }
        // 10,000 a face, deviation 91; means 1/2 and 1/3 with deviations 0.0012 and 0.0012.
        Assert.That(counts, Is.All.EqualTo(10_000).Within(450));
        Assert.That((sum / 60_000, squares / 60_000), Is.EqualTo((0.5, 1 / 3.0)).Using<(double A, double B)>(
            (x, y) => Math.Abs(x.A - y.A) < 0.006 && Math.Abs(x.B - y.B) < 0.006));
    }

    [Test]
    public void Shuffles_give_every_order_equally_often()
    {
        Dictionary<string, int> orders = [];
        for (int i = 0; i < 6000; i++)
        {
            int[] values = [1, 2, 3];
            SeededRandom random = SeededRandom.For(4, i);
            random.Shuffle(values);
            string order = string.Join("", values);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }
        Assert.That(orders, Has.Count.EqualTo(6));
        Assert.That(orders.Values, Is.All.InRange(850, 1150));
    }
}
