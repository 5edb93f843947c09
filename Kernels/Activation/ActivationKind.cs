namespace SegFromScratch.Kernels.Activation;

/// <summary>The functions that <see cref="Activation"/> applies to every element.</summary>
public enum ActivationKind
{
    /// <summary>max(0, x). Nair and Hinton 2010.</summary>
    Relu,

    /// <summary>x for x &gt; 0, otherwise slope * x. Maas et al. 2013.</summary>
    LeakyRelu,

    /// <summary>min(6, max(0, x)). Krizhevsky 2010; MobileNet.</summary>
    Relu6,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x * sigmoid(x), also called swish. Elfwing et al. 2018.</summary>
    Silu,

    /// <summary>x * P(Z &lt;= x) with standard normal Z: x * (1 + erf(x / sqrt 2)) / 2. Hendrycks and Gimpel 2016.</summary>
    Gelu,
}
