using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Tests.Predicting;

/// <summary>Mirrors and turns of planes, exact to the bit.</summary>
public sealed class SymmetryTests
{
    private const int Height = 2, Width = 3;

    private static readonly Symmetry[] s_all = [.. from transpose in (bool[])[false, true] from flipX in (bool[])[false, true] from flipY in (bool[])[false, true] select new Symmetry(transpose, flipX, flipY)];

    // Two planes of 2 x 3.
    private static readonly float[] s_planes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Test]
    public void Each_one_moves_pixels_where_it_should()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Symmetry.Identity.Apply(s_planes, Height, Width), Is.EqualTo(s_planes));
            Assert.That(Symmetry.Mirror.Apply(s_planes, Height, Width), Is.EqualTo(new float[] { 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10 }));
            Assert.That(Symmetry.VerticalMirror.Apply(s_planes, Height, Width), Is.EqualTo(new float[] { 4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9 }));

            // Clockwise, 3 x 2: the first column from below is the first row.
            Assert.That(Symmetry.QuarterTurn.Apply(s_planes, Height, Width), Is.EqualTo(new float[] { 4, 1, 5, 2, 6, 3, 10, 7, 11, 8, 12, 9 }));
            Assert.That(new Symmetry(true, false, false).Apply(s_planes, Height, Width), Is.EqualTo(new float[] { 1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12 }));
        });
    }

    [TestCaseSource(nameof(s_all))]
    public void The_inverse_gives_back_every_pixel(Symmetry symmetry)
    {
        float[] moved = symmetry.Apply(s_planes, Height, Width);
        Assert.That(symmetry.Invert().Apply(moved, symmetry.Transpose ? Width : Height, symmetry.Transpose ? Height : Width), Is.EqualTo(s_planes));
        Assert.That(symmetry.Then(symmetry.Invert()), Is.EqualTo(Symmetry.Identity));
    }

    [Test]
    public void One_after_another_is_their_combination()
    {
        foreach (Symmetry first in s_all)
        {
            foreach (Symmetry second in s_all)
            {
                (int height, int width) = first.Transpose ? (Width, Height) : (Height, Width);
                Assert.That(second.Apply(first.Apply(s_planes, Height, Width), height, width), Is.EqualTo(first.Then(second).Apply(s_planes, Height, Width)), $"{first} then {second}");
            }
        }
    }

    [Test]
    public void What_is_no_planes_is_refused() => Assert.That(() => Symmetry.Mirror.Apply(new float[7], Height, Width), Throws.ArgumentException);
}
