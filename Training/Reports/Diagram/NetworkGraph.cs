using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;

namespace SegFromScratch.Training.Reports.Diagram;

/// <summary>A part of a network.</summary>
/// <param name="Name">What it is called: the names of its modules, as its parameters have them.</param>
/// <param name="Output">The shape of what it gives.</param>
/// <param name="Parameters">Trained ones in it.</param>
/// <param name="IsEncoder">True for parts of the encoder.</param>
public sealed record NetworkPart(string Name, TensorShape Output, long Parameters, bool IsEncoder);

/// <summary>
/// A network as parts and the ways that data take between them, found by following a training step. Operations without parameters are no parts: pooling, enlarging and cropping show in the shapes,
/// sums and joins as several ways into one part.
/// </summary>
/// <param name="Parts">In the order in which they run: the image first, the outputs of the heads last.</param>
/// <param name="Links">From which part to which, by their places; always forwards.</param>
public sealed record NetworkGraph(IReadOnlyList<NetworkPart> Parts, IReadOnlyList<(int From, int To)> Links)
{
    /// <summary>Finds the parts of a network. Layers in a row whose outputs have one shape are one part.</summary>
    /// <param name="model">A network on a <see cref="PlanningDevice"/>.</param>
    /// <param name="input">The shape of the images.</param>
    /// <exception cref="ArgumentException">The network takes no such images.</exception>
    public static NetworkGraph Of(SegmentationModel model, TensorShape input)
    {
        DataFlow flow = DataFlow.Of(model, input);
        return new GraphBuilder(model, flow).Build();
    }
}
