using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LovaszHinge;

/// <summary>The definition of the Lovász hinge. Yu and Blaschko, ICML 2015; Berman, Rannen Triki and Blaschko, CVPR 2018, section 2.3.</summary>
public static class LovaszHingeReference
{
    /// <summary>
    /// L = mean over classes of sum over i of max(0, m_i) (J_i - J_(i-1)), where m = 1 - x for the pixels of a class and 1 + x for others, largest first,
    /// and J_i is the Jaccard loss of the class if just the first i pixels were wrong.
    /// </summary>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">N,C,H,W zeros and ones.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> logits, HostTensor<T> target)
        where T : IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (Term<T> term in Terms(logits, target))
            sum += T.Max(T.Zero, term.Margin) * term.Rise;
        return new HostTensor<T>(TensorShape.Scalar, [sum / T.CreateChecked(logits.Shape.Channels)]);
    }

    /// <summary>dL/dx = -(J_i - J_(i-1)) / C for a pixel of the class and +(J_i - J_(i-1)) / C for others where m is above 0, else 0, times the loss's own gradient.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> logits, HostTensor<T> target, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        var gradient = new HostTensor<T>(logits.Shape);
        foreach (Term<T> term in Terms(logits, target).Where(term => term.Margin > T.Zero))
            gradient.Values[term.Element] = outputGradient.Values[0] * (term.IsOwn ? -term.Rise : term.Rise) / T.CreateChecked(logits.Shape.Channels);
        return gradient;
    }

    private static IEnumerable<Term<T>> Terms<T>(HostTensor<T> logits, HostTensor<T> target)
        where T : IFloatingPointIeee754<T>
    {
        TensorShape shape = logits.Shape;
        int pixels = shape.Height * shape.Width;
        for (int c = 0; c < shape.Channels; c++)
        {
            Term<T>[] terms = [.. Enumerable.Range(0, shape.Batch * pixels)
                .Select(i => (((i / pixels * shape.Channels) + c) * pixels) + (i % pixels))
                .Select(element => (Element: element, IsOwn: target.Values[element] > T.CreateChecked(0.5)))
                .Select(pixel => new Term<T>(pixel.Element, pixel.IsOwn, T.One - (pixel.IsOwn ? logits.Values[pixel.Element] : -logits.Values[pixel.Element]), T.Zero))
                .OrderByDescending(term => term.Margin)];
            int total = terms.Count(term => term.IsOwn), missed = 0, wronglyTaken = 0;
            T previous = T.Zero;
            foreach (Term<T> term in terms)
            {
                if (term.IsOwn)
                    missed++;
                else
                    wronglyTaken++;
                T jaccard = T.One - (T.CreateChecked(total - missed) / T.CreateChecked(total + wronglyTaken));
                yield return term with { Rise = jaccard - previous };
                previous = jaccard;
            }
        }
    }

    private readonly record struct Term<T>(int Element, bool IsOwn, T Margin, T Rise);
}
