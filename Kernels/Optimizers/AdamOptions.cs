namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The settings of <see cref="Adam"/>, with PyTorch's defaults.</summary>
public sealed record AdamOptions
{
    /// <summary>How much of the mean gradient stays from step to step.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean squared gradient stays from step to step.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, after its bias was corrected. PyTorch 1e-8; Keras adds 1e-7 before that.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// True shrinks the parameter by rate * decay, apart from the gradient (AdamW: Loshchilov and Hutter, ICLR 2019); false adds decay * parameter to the gradient.
    /// </summary>
    public bool DecoupledWeightDecay { get; init; }
}
