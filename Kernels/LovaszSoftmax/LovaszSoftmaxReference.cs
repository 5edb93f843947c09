using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>The definition of the Lovász-softmax loss by probabilities. Berman, Rannen Triki and Blaschko, CVPR 2018, algorithm 1.</summary>
public static class LovaszSoftmaxReference
{
    /// <summary>
    /// L = mean over classes c that occur of sum over i of m_i (J_i - J_(i-1)), where m are the errors |[t = c] - p_c| of the pixels that count, largest first,
    /// and J_i is the Jaccard loss of class c if just the first i pixels were wrong.
    /// </summary>
    /// <param name="probabilities">p, N,C,H,W.</param>
    /// <param name="target">Classes, N,1,H,W.</param>
    /// <param name="ignoreIndex">The class of pixels that do not count.</param>
    public static HostTensor<T> Forward<T>(HostTensor<T> probabilities, HostTensor<T> target, int ignoreIndex)
        where T : IFloatingPointIeee754<T>
    {
        List<List<Term<T>>> classes = Classes(probabilities, target, ignoreIndex);
        T sum = T.Zero;
        foreach (Term<T> term in classes.SelectMany(terms => terms))
            sum += term.Error * term.Rise;
        return new HostTensor<T>(TensorShape.Scalar, [sum / T.CreateChecked(Math.Max(1, classes.Count))]);
    }

    /// <summary>dL/dp = -(J_i - J_(i-1)) for a pixel of the class and +(J_i - J_(i-1)) for others, by the number of classes that occur, times the loss's own gradient.</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> probabilities, HostTensor<T> target, int ignoreIndex, HostTensor<T> outputGradient)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(probabilities.Shape);
        List<List<Term<T>>> classes = Classes(probabilities, target, ignoreIndex);
        foreach (Term<T> term in classes.SelectMany(terms => terms))
            inputGradient.Values[term.Element] = outputGradient.Values[0] * (term.IsOwn ? -term.Rise : term.Rise) / T.CreateChecked(classes.Count);
        return inputGradient;
    }

    private static List<List<Term<T>>> Classes<T>(HostTensor<T> probabilities, HostTensor<T> target, int ignoreIndex)
        where T : IFloatingPointIeee754<T>
    {
        var classes = new List<List<Term<T>>>();
        for (int c = 0; c < probabilities.Shape.Channels; c++)
        {
            List<Term<T>> terms = [.. Errors(probabilities, target, ignoreIndex, c).OrderByDescending(term => term.Error)];
            int total = terms.Count(term => term.IsOwn);
            if (total == 0)
                continue;
            int missed = 0, wronglyTaken = 0;
            T previous = T.Zero;
            for (int i = 0; i < terms.Count; i++)
            {
                if (terms[i].IsOwn)
                    missed++;
                else
                    wronglyTaken++;
                T jaccard = T.One - (T.CreateChecked(total - missed) / T.CreateChecked(total + wronglyTaken));
                terms[i] = terms[i] with { Rise = jaccard - previous };
                previous = jaccard;
            }

            classes.Add(terms);
        }

        return classes;
    }

    private static IEnumerable<Term<T>> Errors<T>(HostTensor<T> probabilities, HostTensor<T> target, int ignoreIndex, int c)
        where T : IFloatingPointIeee754<T>
    {
        TensorShape shape = probabilities.Shape;
        int pixels = shape.Height * shape.Width;
        for (int i = 0; i < target.Values.Length; i++)
        {
            int label = int.CreateChecked(target.Values[i]);
            if (label == ignoreIndex || label < 0 || label >= shape.Channels)
                continue;
            int element = (((i / pixels * shape.Channels) + c) * pixels) + (i % pixels);
            T p = probabilities.Values[element];
            yield return new Term<T>(element, label == c, label == c ? T.One - p : p, T.Zero);
        }
    }

    private readonly record struct Term<T>(int Element, bool IsOwn, T Error, T Rise);
}
