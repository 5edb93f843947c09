namespace SegFromScratch.Engine.Memory;

/// <summary>What memory is used for, so that a report can say where it went.</summary>
public enum MemoryClass
{
    /// <summary>Parameters and running statistics.</summary>
    Weights,

    /// <summary>Gradients of parameters and of activations.</summary>
    Gradients,

    /// <summary>Moments and other state of the optimiser.</summary>
    Optimizer,

    /// <summary>Outputs of operations, kept for the backward pass or passed on.</summary>
    Activations,

    /// <summary>Scratch memory of single operations.</summary>
    Workspace,
}
