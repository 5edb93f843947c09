using SegFromScratch.Training.PostProcessing;

namespace SegFromScratch.Tests.PostProcessing;

public sealed class LatticeTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    public void A_point_is_the_weighted_mean_of_the_corners_of_its_simplex(int dimensions)
    {
        var random = new Random(dimensions);
        var simplex = new LatticeSimplex(dimensions);
        var key = new int[dimensions];
        for (int trial = 0; trial < 200; trial++)
        {
            simplex.Locate([.. Enumerable.Range(0, dimensions).Select(_ => (float)((random.NextDouble() * 40) - 20))]);
            var mean = new double[dimensions];
            var corners = new HashSet<string>();
            for (int corner = 0; corner <= dimensions; corner++)
            {
                simplex.Corner(corner, key);
                corners.Add(string.Join(',', key));
                for (int i = 0; i < dimensions; i++)
                {
                    Assert.That(((key[i] % (dimensions + 1)) + dimensions + 1) % (dimensions + 1), Is.EqualTo(corner % (dimensions + 1)), "the remainder of a coordinate");
                    mean[i] += simplex.Weights[corner] * key[i];
                }
            }

            Assert.That(corners, Has.Count.EqualTo(dimensions + 1));
            Assert.That(simplex.Weights.ToArray(), Has.All.InRange(-1e-5f, 1 + 1e-5f));
            Assert.That(simplex.Weights.ToArray().Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(mean, Is.EqualTo(simplex.Elevated[..dimensions].ToArray()).Within(1e-3));
        }
    }

    [Test]
    public void The_plane_keeps_distances_in_proportion()
    {
        // The columns of the matrix are orthogonal and equally long: d + 1 times the square root of 2/3.
        var simplex = new LatticeSimplex(3);
        simplex.Locate([0.3f, -1.2f, 2.5f]);
        double length = Math.Sqrt(simplex.Elevated.ToArray().Sum(x => (double)x * x));
        Assert.That(length, Is.EqualTo(Math.Sqrt((0.3 * 0.3) + (1.2 * 1.2) + (2.5 * 2.5)) * 4 * Math.Sqrt(2.0 / 3)).Within(1e-4));
    }

    [Test]
    public void Vertices_keep_their_numbers_while_the_table_grows()
    {
        var vertices = new LatticeVertices(3);
        for (int i = 0; i < 5000; i++)
            Assert.That(vertices.FindOrAdd([i, -i, i * i % 7]), Is.EqualTo(i));
        Assert.Multiple(() =>
        {
            Assert.That(vertices.Count, Is.EqualTo(5000));
            Assert.That(Enumerable.Range(0, 5000).All(i => vertices.FindOrAdd([i, -i, i * i % 7]) == i && vertices.Find([i, -i, i * i % 7]) == i), Is.True);
            Assert.That(vertices.Find([1, 1, 1]), Is.EqualTo(-1));
            Assert.That(vertices.Count, Is.EqualTo(5000));
        });
    }
}
