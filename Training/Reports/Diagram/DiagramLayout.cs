namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>The place of a part in a diagram.</summary>
/// <param name="Column">How many parts data have come through at most.</param>
/// <param name="Row">How many larger sizes of features there are.</param>
/// <param name="Lane">Which of the parts of this column and row it is.</param>
internal readonly record struct DiagramPlace(int Column, int Row, int Lane);

/// <summary>Where the parts of a network stand: time goes to the right, and features that are smaller stand lower, so that a U-Net is a U.</summary>
internal sealed class DiagramLayout
{
    /// <summary>Finds the places.</summary>
    public DiagramLayout(NetworkGraph graph)
    {
        int[] columns = new int[graph.Parts.Count];
        foreach ((int from, int to) in graph.Links.OrderBy(link => link.To))
            columns[to] = Math.Max(columns[to], columns[from] + 1);
        int[] heights = [.. graph.Parts.Select(part => part.Output.Height).Distinct().OrderDescending()];
        var taken = new Dictionary<(int, int), int>();
        Places = new DiagramPlace[columns.Length];
        for (int part = 0; part < columns.Length; part++)
        {
            int row = Array.IndexOf(heights, graph.Parts[part].Output.Height), lane = taken.GetValueOrDefault((columns[part], row));
            taken[(columns[part], row)] = lane + 1;
            Places[part] = new DiagramPlace(columns[part], row, lane);
        }

        Columns = columns.Max() + 1;
        LanesOfRow = [.. Enumerable.Range(0, heights.Length).Select(row => taken.Where(each => each.Key.Item2 == row).Max(each => each.Value))];
    }

    /// <summary>The place of each part.</summary>
    public DiagramPlace[] Places { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>How many parts stand one under the other in each row at most.</summary>
    public IReadOnlyList<int> LanesOfRow { get; }
}
