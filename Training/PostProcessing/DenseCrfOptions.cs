namespace SegFromScratch.Training.PostProcessing;

/// <summary>
/// The numbers of a <see cref="DenseCrf"/>. The defaults are those of DeepLab V2 on VGG16 (Chen et al., TPAMI 2018);
/// the authors chose them on validation pictures, and another network or data set has its own best ones.
/// </summary>
public sealed record DenseCrfOptions
{
    /// <summary>Mean-field updates, 0 or more; 0 leaves the network's probabilities as they are.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>w1, 0 or more: how much pixels of like colour and near place pull each other to one class.</summary>
    public float BilateralWeight { get; init; } = 4;

    /// <summary>Deviation of place in the bilateral term, in pixels; above 0.</summary>
    public float BilateralPosition { get; init; } = 49;

    /// <summary>Deviation of colour in the bilateral term, in steps of 0 to 255; above 0.</summary>
    public float BilateralColor { get; init; } = 5;

    /// <summary>w2, 0 or more: how much near pixels of any colour pull each other to one class. It removes specks.</summary>
    public float GaussianWeight { get; init; } = 3;

    /// <summary>Deviation of place in the Gaussian term, in pixels; above 0.</summary>
    public float GaussianPosition { get; init; } = 3;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Iterations < 0)
            throw new ArgumentException($"a dense CRF makes 0 or more iterations, not {Iterations}");
        if (!(BilateralWeight >= 0 && GaussianWeight >= 0 && float.IsFinite(BilateralWeight) && float.IsFinite(GaussianWeight)))
            throw new ArgumentException($"the weights of a dense CRF are 0 or more, not {BilateralWeight} and {GaussianWeight}");
        foreach (float deviation in (ReadOnlySpan<float>)[BilateralPosition, BilateralColor, GaussianPosition])
        {
            if (!(deviation > 0 && float.IsFinite(deviation)))
                throw new ArgumentException($"a deviation of a dense CRF is above 0, not {deviation}");
        }
    }
}
