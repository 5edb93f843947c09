namespace SegFromScratch.Kernels.Activation;

/// <summary>A function of one number, for kernels that apply it to every element. Implementations are structs, so that the translator inlines them.</summary>
public interface IUnaryOperation
{
    /// <summary>f(x).</summary>
    float Apply(float x);

    /// <summary>f'(x), computed from what the operation keeps: f(x) where that suffices, otherwise x.</summary>
    float Derivative(float kept);
}
