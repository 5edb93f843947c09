using System.Globalization;
using SegFromScratch.Tests.Images;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Polygons;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Data.Polygons;

public class PolygonFillTests
{
    [Test]
    public void A_pixel_is_inside_where_its_centre_is()
    {
        // Right edge at 4.5: the centre of column 4 lies on it and is outside; the left edge at 1.5 goes through the centre of column 1, which is inside.
        Assert.That(Fill(6, 4, FillRule.EvenOdd, [(1.5, 0.5), (4.5, 0.5), (4.5, 2.5), (1.5, 2.5)]), Is.EqualTo(Rows(
            ".###..",
            ".###..",
            "......",
            "......")));
    }

    [Test]
    public void A_triangle_by_hand() => Assert.That(Fill(6, 6, FillRule.EvenOdd, [(0, 0), (6, 0), (0, 6)]), Is.EqualTo(Rows(
        // Row y spans to 6 - (y + 1/2): the centre at 6 - y - 1/2 lies on the slope, a right edge, and is outside.
        "#####.",
        "####..",
        "###...",
        "##....",
        "#.....",
        "......")));

    [Test]
    public void Polygons_that_share_edges_neither_overlap_nor_leave_a_gap()
    {
        SeededRandom random = SeededRandom.For(3);
        for (int round = 0; round < 50; round++)
        {
            // A rectangle cut into four triangles at a random point.
            (double X, double Y) middle = (random.NextDouble(2, 18), random.NextDouble(2, 13));
            (double X, double Y)[] corners = [(1, 1), (19, 1), (19, 14), (1, 14)];
            int[] covered = new int[20 * 15];
            for (int i = 0; i < 4; i++)
            {
                IndexMask mask = Mask(20, 15, FillRule.NonZero, [corners[i], corners[(i + 1) % 4], middle]);
                for (int pixel = 0; pixel < covered.Length; pixel++)
                    covered[pixel] += mask.Labels[pixel];
            }
            for (int pixel = 0; pixel < covered.Length; pixel++)
            {
                bool inside = pixel % 20 is >= 1 and < 19 && pixel / 20 is >= 1 and < 14;
                Assert.That(covered[pixel], Is.EqualTo(inside ? 1 : 0), $"round {round}, pixel {pixel}");
            }
        }
    }

    [Test]
    public void The_rules_differ_where_a_polygon_crosses_itself()
    {
        // One ring around a square twice: even-odd sees the inner turn as a hole.
        (double, double)[] twice = [(0, 0), (6, 0), (6, 6), (0, 6), (0, 0), (2, 2), (4, 2), (4, 4), (2, 4), (2, 2)];
        Assert.That(Fill(6, 6, FillRule.EvenOdd, twice), Is.EqualTo(Rows("######", "######", "##..##", "##..##", "######", "######")));
        Assert.That(Fill(6, 6, FillRule.NonZero, twice), Is.EqualTo(Rows("######", "######", "######", "######", "######", "######")));
        (double, double)[] outer = [(0, 0), (6, 0), (6, 6), (0, 6)], against = [(2, 2), (2, 4), (4, 4), (4, 2)];
        Assert.That(Fill(6, 6, FillRule.NonZero, outer, against), Is.EqualTo(Rows("######", "######", "##..##", "##..##", "######", "######")));
    }

    [Test]
    public void What_lies_outside_is_cut_off()
    {
        Assert.That(Fill(4, 3, FillRule.EvenOdd, [(-1000, -1000), (1000, -1000), (1000, 1000), (-1000, 1000)]), Is.EqualTo(Rows("####", "####", "####")));
        Assert.That(Fill(4, 3, FillRule.EvenOdd, [(2, -5), (1e6, -5), (1e6, 2), (2, 2)]), Is.EqualTo(Rows("..##", "..##", "....")));
        Assert.That(Fill(4, 3, FillRule.EvenOdd, [(5, 0), (9, 0), (9, 3)]), Is.EqualTo(Rows("....", "....", "....")));
    }

    [Test]
    public void Every_pixel_agrees_with_the_definition()
    {
        // The oracle counts crossings to the left of each centre in exact rational arithmetic.
        SeededRandom random = SeededRandom.For(11);
        for (int round = 0; round < 60; round++)
        {
            PolygonPoint[] ring = [.. Enumerable.Range(0, random.NextInt(3, 12)).Select(_ => new PolygonPoint(random.NextInt(-600, 6000), random.NextInt(-600, 5000)))];
            FillRule rule = round % 2 == 0 ? FillRule.EvenOdd : FillRule.NonZero;
            var mask = new IndexMask(21, 17, new byte[21 * 17]);
            PolygonFill.Paint(mask, [ring], 1, rule);
            for (int y = 0; y < 17; y++)
            {
                for (int x = 0; x < 21; x++)
                    Assert.That(mask[y, x] == 1, Is.EqualTo(IsInside(ring, (256 * x) + 128, (256 * y) + 128, rule)), $"round {round}, column {x}, row {y}");
            }
        }
    }

    [Test]
    public void Pillow_agrees_but_for_the_outline()
    {
        // Pillow takes whole coordinates for pixel centres and paints the outline too, so the two may differ where a centre is near an edge.
        using var folder = new TemporaryFolder();
        SeededRandom random = SeededRandom.For(5);
        const int width = 120, height = 90, polygons = 25;
        List<(double X, double Y)[]> all = [];
        for (int i = 0; i < polygons; i++)
            all.Add([.. Enumerable.Range(0, random.NextInt(3, 9)).Select(_ => ((double)random.NextInt(-10, width + 10), (double)random.NextInt(-10, height + 10)))]);
        Pillow.Run(
            """
            import sys
            from PIL import Image, ImageDraw
            for number, line in enumerate(sys.stdin):
                numbers = [float(word) for word in line.split()]
                image = Image.new('L', (120, 90))
                ImageDraw.Draw(image).polygon(list(zip(numbers[::2], numbers[1::2])), fill=1, outline=1)
                open(f'{sys.argv[1]}/{number}.mask', 'wb').write(image.tobytes())
            """,
            folder.Path,
            string.Join('\n', all.Select(ring => string.Join(' ', ring.Select(corner => string.Create(CultureInfo.InvariantCulture, $"{corner.X} {corner.Y}"))))));
        int inside = 0;
        for (int i = 0; i < polygons; i++)
        {
            byte[] theirs = File.ReadAllBytes(folder[$"{i}.mask"]);
            // Half a pixel on, so that whole coordinates are centres as Pillow has them.
            (double X, double Y)[] ring = [.. all[i].Select(corner => (corner.X + 0.5, corner.Y + 0.5))];
            IndexMask mine = Mask(width, height, FillRule.EvenOdd, ring);
            for (int pixel = 0; pixel < theirs.Length; pixel++)
            {
                inside += mine.Labels[pixel];
                if (mine.Labels[pixel] == theirs[pixel])
                    continue;
                Assert.That(Distance(ring, (pixel % width) + 0.5, (pixel / width) + 0.5), Is.LessThanOrEqualTo(1.01), $"polygon {i}, column {pixel % width}, row {pixel / width}");
            }
        }
        Assert.That(inside, Is.GreaterThan(10_000), "the polygons cover something");
    }

    [Test]
    public void A_polygon_of_endless_zigzag_is_refused()
    {
        PolygonPoint[] zigzag = [.. Enumerable.Range(0, 100_000).Select(i => new PolygonPoint(i, i % 2 == 0 ? 0 : 1000 * PolygonPoint.Scale))];
        Assert.That(() => PolygonFill.Paint(new IndexMask(1, 1000, new byte[1000]), [zigzag], 1), Throws.ArgumentException.With.Message.Contains("cross more than 16777216 rows"));
        Assert.That(() => PolygonPoint.FromPixels(double.NaN, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => PolygonPoint.FromPixels(0, 2e6), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static bool IsInside(PolygonPoint[] ring, long x, long y, FillRule rule)
    {
        int crossings = 0, winding = 0;
        for (int i = 0; i < ring.Length; i++)
        {
            (PolygonPoint a, PolygonPoint b) = (ring[i], ring[(i + 1) % ring.Length]);
            if (a.Y <= y == b.Y <= y)
                continue;
            // The crossing is at a.X + (y - a.Y)(b.X - a.X)/(b.Y - a.Y); it counts where it is not right of the centre.
            long left = (y - a.Y) * ((long)b.X - a.X), right = (x - a.X) * ((long)b.Y - a.Y);
            if (b.Y > a.Y ? left <= right : left >= right)
            {
                crossings++;
                winding += b.Y > a.Y ? 1 : -1;
            }
        }
        return rule == FillRule.EvenOdd ? crossings % 2 == 1 : winding != 0;
    }

    private static double Distance((double X, double Y)[] ring, double x, double y) => Enumerable.Range(0, ring.Length).Min(i =>
    {
        ((double ax, double ay), (double bx, double by)) = (ring[i], ring[(i + 1) % ring.Length]);
        double dx = bx - ax, dy = by - ay, length = (dx * dx) + (dy * dy);
        double along = length == 0 ? 0 : Math.Clamp((((x - ax) * dx) + ((y - ay) * dy)) / length, 0, 1);
        // Pillow's outline is a line of pixels, so its reach counts along the axes.
        return Math.Max(Math.Abs(ax + (along * dx) - x), Math.Abs(ay + (along * dy) - y));
    });

    private static string Fill(int width, int height, FillRule rule, params (double X, double Y)[][] rings)
    {
        IndexMask mask = Mask(width, height, rule, rings);
        return Rows([.. Enumerable.Range(0, height).Select(y => string.Concat(Enumerable.Range(0, width).Select(x => mask[y, x] == 1 ? '#' : '.')))]);
    }

    private static IndexMask Mask(int width, int height, FillRule rule, params (double X, double Y)[][] rings)
    {
        var mask = new IndexMask(width, height, new byte[width * height]);
        PolygonFill.Paint(mask, [.. rings.Select(ring => ring.Select(corner => PolygonPoint.FromPixels(corner.X, corner.Y)).ToArray())], 1, rule);
        return mask;
    }

    private static string Rows(params string[] rows) => string.Join('\n', rows);
}
