namespace SegFromScratch.Kernels.Reduction;

/// <summary>How the losses of pixels become one number. PyTorch: <c>reduction</c>.</summary>
public enum LossReduction
{
    /// <summary>The sum divided by the sum of the weights; without weights, by the number of terms that count.</summary>
    Mean,

    /// <summary>The sum: the size of the gradient then depends on the size of the images.</summary>
    Sum,
}
