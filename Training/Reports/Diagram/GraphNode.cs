using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>A part of a network before rows of alike ones are merged.</summary>
/// <param name="Names">The names of its modules in the order in which they run.</param>
/// <param name="Output">The shape of what it gives.</param>
/// <param name="Parameters">Trained ones in it.</param>
/// <param name="IsEncoder">True for parts of the encoder.</param>
internal sealed record GraphNode(IReadOnlyList<string> Names, TensorShape Output, long Parameters, bool IsEncoder)
{
    /// <summary>True for the logits of a head.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Makes one part of nodes of one shape of which each leads to the next and nowhere else.</summary>
    /// <param name="nodes">The nodes in the order in which they run, the image first.</param>
    /// <param name="links">From which to which, forwards.</param>
    public static NetworkGraph MergeRows(IReadOnlyList<GraphNode> nodes, IReadOnlyCollection<(int From, int To)> links)
    {
        ILookup<int, int> before = links.ToLookup(link => link.To, link => link.From), after = links.ToLookup(link => link.From, link => link.To);
        var merged = new List<GraphNode>();
        int[] place = new int[nodes.Count];
        for (int node = 0; node < nodes.Count; node++)
        {
            if (before[node].ToArray() is [> 0 and var only] && after[only].Count() == 1 && !nodes[node].IsEnd && nodes[only].Output == nodes[node].Output && nodes[only].IsEncoder == nodes[node].IsEncoder)
            {
                place[node] = place[only];
                GraphNode row = merged[place[node]];
                merged[place[node]] = row with { Names = [.. row.Names, .. nodes[node].Names], Parameters = row.Parameters + nodes[node].Parameters };
            }
            else
            {
                place[node] = merged.Count;
                merged.Add(nodes[node]);
            }
        }

        NetworkPart[] parts = [.. merged.Select(node => new NetworkPart(NameOf(node, merged), node.Output, node.Parameters, node.IsEncoder))];
        return new NetworkGraph(parts, [.. links.Select(link => (place[link.From], place[link.To])).Where(link => link.Item1 != link.Item2).Distinct().Order()]);
    }

    // What the names have in common, if no other part has it too; else the first and the last.
    private static string NameOf(GraphNode node, IEnumerable<GraphNode> all)
    {
        if (node.Names.Count == 1)
            return node.Names[0];
        string[][] names = [.. node.Names.Select(name => name.Split('.'))];
        int common = Enumerable.Range(0, names.Min(name => name.Length)).TakeWhile(part => names.All(name => name[part] == names[0][part])).Count();
        string shared = string.Join('.', names[0].Take(common));
        bool isAlone = all.Where(other => other != node).SelectMany(other => other.Names).All(name => name != shared && !name.StartsWith(shared + ".", StringComparison.Ordinal));
        return common > 0 && isAlone ? shared : $"{node.Names[0]} to {string.Join('.', names[^1].Skip(Math.Min(common, names[^1].Length - 1)))}";
    }
}
