using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Scale;

namespace SegFromScratch.Tests.Tensors;

/// <summary>Steps use the objects of earlier ones again: nobody may notice but the garbage collector.</summary>
public sealed class StepReuseTests
{
    [Test]
    public void A_warm_step_makes_no_object_for_its_tensors()
    {
        using var device = new CpuDevice(1);
        Tensor first = Made(device), second = Made(device), third = Made(device), fourth = Made(device);
        Assert.Multiple(() =>
        {
            Assert.That(third, Is.SameAs(first));
            Assert.That(fourth, Is.SameAs(second));
            Assert.That(second, Is.Not.SameAs(first));
        });
    }

    [Test]
    public void A_tensor_of_an_ended_step_is_an_error_while_the_next_step_runs()
    {
        using var device = new CpuDevice(1);
        for (int i = 0; i < 5; i++)
        {
            Tensor forgotten = Made(device);
            using var next = new Step(device, training: true);
            Create(next);
            Assert.That(() => forgotten.ToArray(), Throws.InvalidOperationException.With.Message.Contains("given back"));
        }
    }

    [Test]
    public void On_the_debug_device_it_stays_an_error()
    {
        using var device = new DebugDevice();
        Tensor forgotten = Made(device);
        for (int i = 0; i < 5; i++)
        {
            Made(device);
            Assert.That(() => forgotten.ToArray(), Throws.InvalidOperationException.With.Message.Contains("given back"));
        }
    }

    [Test]
    public void Each_step_gets_the_shape_name_and_numbers_that_it_asks_for()
    {
        using var device = new CpuDevice(1);
        for (int i = 1; i <= 6; i++)
        {
            using var step = new Step(device, training: i % 2 == 0);
            var shape = new TensorShape(1, i, 1, 2);
            Tensor tensor = step.Input(shape, [.. Enumerable.Repeat((float)i, 2 * i)], $"tensor {i}", requiresGradient: true);
            Assert.Multiple(() =>
            {
                Assert.That(tensor.Shape, Is.EqualTo(shape));
                Assert.That(tensor.Name, Is.EqualTo($"tensor {i}"));
                Assert.That(tensor.RequiresGradient, Is.EqualTo(step.IsTraining));
                Assert.That(tensor.Gradient, Is.Null);
                Assert.That(tensor.References, Is.EqualTo(1));
                Assert.That(tensor.ToArray(), Is.All.EqualTo((float)i));
            });
        }
    }

    [Test]
    public void A_gradient_that_waits_for_the_optimizer_is_left_alone()
    {
        using var device = new CpuDevice(1);
        using Tensors tensors = new(device);
        for (int pass = 1; pass <= 6; pass++)
        {
            using (var step = new Step(device, training: true))
            {
                Tensor y = Scale.Apply(step, tensors.Parameter, pass);
                step.Backward(y, step.Input(y.Shape, [1, 10, 100], "cotangent"));
            }

            // 1 + 2 + ... + pass
            float sum = pass * (pass + 1) / 2f;
            Assert.That(tensors.Parameter.Gradient!.ToArray(), Is.EqualTo([sum, 10 * sum, 100 * sum]));
        }
    }

    [Test]
    public void A_step_within_a_step_has_objects_of_its_own()
    {
        using var device = new CpuDevice(1);
        for (int i = 0; i < 4; i++)
        {
            using var outer = new Step(device, training: true);
            Tensor kept = outer.Input(TensorShape.Scalar, [7], "outer");
            using (var inner = new Step(device, training: false))
                inner.Input(TensorShape.Scalar, [8], "inner");
            Assert.That(kept.ToScalar(), Is.EqualTo(7));
        }
    }

    private static Tensor Made(Device device)
    {
        using var step = new Step(device, training: true);
        return Create(step);
    }

    private static Tensor Create(Step step) => step.Input(new TensorShape(1, 1, 1, 3), [1, 2, 3], "tensor");

    private sealed class Tensors(Device device) : IDisposable
    {
        public Tensor Parameter { get; } = Tensor.Persistent(device, TensorShape.Vector(3), [1, 1, 1], requiresGradient: true);

        public void Dispose() => Parameter.Discard();
    }
}
