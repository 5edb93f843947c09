using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.LogOdds;
using SegFromScratch.Kernels.OneHot;

namespace SegFromScratch.Training.Losses;

/// <summary>
/// What losses over regions (Dice, Tversky) compare: logits whose sigmoids are the probabilities, planes of zeros and ones, and which pixels count.
/// Of a class map these are the log-odds of the softmax and the one-hot planes.
/// </summary>
/// <param name="Logits">N,C,H,W.</param>
/// <param name="Planes">N,C,H,W.</param>
/// <param name="Counts">N,1,H,W; null where all pixels count.</param>
internal readonly record struct RegionOperands(Tensor Logits, Tensor Planes, Tensor? Counts)
{
    /// <summary>Makes the operands, computes a loss from them, and releases them.</summary>
    /// <param name="step">The step.</param>
    /// <param name="logits">N,C,H,W.</param>
    /// <param name="target">The truth.</param>
    /// <param name="ignoreIndex">The class of class maps that does not count.</param>
    /// <param name="name">The loss, for messages.</param>
    /// <param name="loss">The loss of the operands.</param>
    public static Tensor Use(Step step, Tensor logits, BatchTarget target, int ignoreIndex, string name, Func<RegionOperands, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.ClassMap is not { } classMap)
            return loss(new RegionOperands(logits, target.RequireLayers(name), null));
        var operands = new RegionOperands(
            LogOdds.Apply(step, logits), OneHot.Planes(step, classMap, logits.Shape, ignoreIndex), OneHot.Counts(step, classMap, logits.Shape, ignoreIndex));
        Tensor value = loss(operands);
        foreach (Tensor operand in (ReadOnlySpan<Tensor>)[operands.Logits, operands.Planes, operands.Counts!])
            Step.Release(operand);
        return value;
    }
}
