using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>Makes the parts of a <see cref="NetworkGraph"/> of the operations of a network.</summary>
internal sealed class GraphBuilder
{
    private const int None = -1;

    private readonly DataFlow _flow;
    private readonly SegmentationModel _model;
    private readonly (Module Module, bool IsEncoder)[] _blocks;

    // Of each operation, the block that it is in.
    private readonly int[] _blockOf;

    /// <summary>Finds the block of each operation.</summary>
    public GraphBuilder(SegmentationModel model, DataFlow flow)
    {
        (_model, _flow) = (model, flow);
        _blocks = [.. NetworkBlocks.Of(model, flow)];
        _blockOf = new int[flow.Operations.Count];
        Array.Fill(_blockOf, None);
        var owners = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        for (int block = 0; block < _blocks.Length; block++)
        {
            foreach ((_, Parameter parameter) in _blocks[block].Module.Parameters())
                owners[parameter.Value] = block;
        }

        for (int i = 0; i < _blockOf.Length; i++)
        {
            foreach (Tensor parameter in flow.Operations[i].Parameters)
                _blockOf[i] = owners.GetValueOrDefault(parameter, None);
        }

        for (int block = 0; block < _blocks.Length; block++)
        {
            TakeFrozen(block);
            TakeInside(block);
        }
    }

    /// <summary>Makes the graph.</summary>
    public NetworkGraph Build()
    {
        IReadOnlyList<DataFlow.Operation> operations = _flow.Operations;
        var nodes = new List<GraphNode> { new(["image"], operations[0].Output, 0, false) };
        var nodeOf = new Dictionary<int, int>();
        var sources = new HashSet<int>[operations.Count];
        HashSet<(int From, int To)> links = [];
        sources[0] = [0];
        for (int i = 1; i < operations.Count; i++)
        {
            sources[i] = [.. operations[i].Inputs.SelectMany(input => sources[input])];
            if (_blockOf[i] == None)
                continue;
            if (!nodeOf.TryGetValue(_blockOf[i], out int node))
            {
                nodeOf.Add(_blockOf[i], node = nodes.Count);
                (Module module, bool isEncoder) = _blocks[_blockOf[i]];
                nodes.Add(new GraphNode([NameOf(module)], operations[i].Output, module.TrainedCount, isEncoder));
            }

            // A part that runs again on what comes after it, as for smaller copies of the image, would lead back: only its first way is shown.
            links.UnionWith(sources[i].Where(from => from < node).Select(from => (from, node)));
            nodes[node] = nodes[node] with { Output = operations[i].Output };
            sources[i] = [node];
        }

        for (int head = 0; head < _flow.Heads.Count; head++)
        {
            int operation = _flow.Heads[head];
            links.UnionWith(sources[operation].Select(from => (from, nodes.Count)));
            nodes.Add(new GraphNode([head == 0 ? "output" : _flow.Heads.Count == 2 ? "auxiliary output" : $"auxiliary output {head}"], operations[operation].Output, 0, false) { IsEnd = true });
        }

        return GraphNode.MergeRows(nodes, links);
    }

    // The tape knows nothing of parameters that are not trained, but a layer's operation is the last one before the layer is done.
    private void TakeFrozen(int block)
    {
        Module module = _blocks[block].Module;
        foreach (Module layer in module.Modules().Select(inner => inner.Module).Prepend(module).Where(inner => !inner.Modules().Any() && inner.Parameters().Any()))
        {
            if (_flow.EndOf(layer) is > 0 and var end && _blockOf[end - 1] == None)
                _blockOf[end - 1] = block;
        }
    }

    // Operations without parameters that run between a block's first and the end of its forward pass are inside it.
    private void TakeInside(int block)
    {
        if (_flow.EndOf(_blocks[block].Module) is not { } end || Array.IndexOf(_blockOf, block) is not (>= 0 and var first))
            return;
        for (int i = first; i < end; i++)
        {
            if (_blockOf[i] == None)
                _blockOf[i] = block;
        }
    }

    private string NameOf(Module module)
    {
        (string name, _) = _model.Modules().First(each => each.Module == module);
        if (name.Length > 0)
            return name;

        // A module that adds no part to names is called by what its parameters have in common, up to a whole word.
        HashSet<Parameter> own = [.. module.Parameters().Select(each => each.Parameter)];
        string[] names = [.. _model.Parameters().Where(each => own.Contains(each.Parameter)).Select(each => each.FullName)];
        int common = names[0].Length;
        foreach (string other in names)
            common = Math.Min(common, names[0].AsSpan().CommonPrefixLength(other));
        int end = names[0].AsSpan(0, common).LastIndexOfAny('.', '_');
        return end > 0 ? names[0][..end] : names[0];
    }
}
