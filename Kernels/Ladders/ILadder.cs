namespace SegFromScratch.Kernels.Ladders;

/// <summary>An operation with a ladder. <see cref="LadderCatalog"/> finds all.</summary>
public interface ILadder
{
    /// <summary>The operation's name on the command line.</summary>
    string Name { get; }

    /// <summary>How a shape is written.</summary>
    string ShapeForm { get; }

    /// <summary>Shapes that take a device milliseconds: those of a network's wide and narrow places.</summary>
    IReadOnlyList<string> DefaultShapes { get; }

    /// <summary>The passes for a shape, with random inputs.</summary>
    /// <exception cref="ArgumentException">The shape is not of the form, or its sizes do not fit together.</exception>
    IReadOnlyList<LadderPass> Passes(string shape);
}
