using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;

namespace SegFromScratch.Tests.Cpu;

/// <summary>Backward passes of the cpu device that write over the gradient they were given: only where nobody else reads it.</summary>
[TestFixture]
internal sealed class OverwrittenGradientTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Test]
    public void A_gradient_that_nobody_else_reads_is_overwritten()
    {
        using var step = new Step(_device, training: true);
        Tensor x = Feature(step, 1, -1, 2);
        Tensor y = Activation.Relu(step, x);
        Tensor given = Cotangent(step, y, 5, 6, 7);
        step.Backward(y, given);
        Assert.That(x.Gradient, Is.SameAs(given));
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 5, 0, 7 }));
    }

    [Test]
    public void A_gradient_that_two_inputs_share_is_not()
    {
        using var step = new Step(_device, training: true);
        Tensor a = Feature(step, 1, -1, -1), b = Feature(step, -1, 1, -1);
        Tensor y = Addition.Apply(step, Activation.Relu(step, a), Activation.Relu(step, b));
        step.Backward(y, Cotangent(step, y, 5, 6, 7));
        Assert.That(a.Gradient!.ToArray(), Is.EqualTo(new float[] { 5, 0, 0 }));
        Assert.That(b.Gradient!.ToArray(), Is.EqualTo(new float[] { 0, 6, 0 }));
    }

    [Test]
    public void A_gradient_that_the_caller_keeps_is_not()
    {
        using var step = new Step(_device, training: true);
        Tensor x = Feature(step, 1, -1, 2);
        Tensor y = Activation.Relu(step, x);
        Tensor given = Cotangent(step, y, 5, 6, 7);
        Step.Retain(given);
        step.Backward(y, given);
        Assert.That(given.ToArray(), Is.EqualTo(new float[] { 5, 6, 7 }));
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 5, 0, 7 }));
    }

    private static Tensor Feature(Step step, params float[] values)
    {
        Tensor tensor = step.Create(TensorShape.Vector(values.Length), "x", requiresGradient: true);
        tensor.Write(values);
        return tensor;
    }

    private static Tensor Cotangent(Step step, Tensor output, params float[] values)
    {
        Tensor given = step.CreateGradient(output);
        given.Write(values);
        return given;
    }
}
