using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Tests.Operations;

/// <summary>Tests with a step on a device, in one layout: fixtures derive from it and name device and channel block.</summary>
public abstract class DeviceFixture(string deviceName, int channelBlock)
{
    protected Device Device { get; private set; } = null!;

    [OneTimeSetUp]
    public void Open()
    {
        try
        {
            Device = DeviceCatalog.Open(deviceName, threads: 2);
        }
        catch (DeviceException e)
        {
            Assert.Ignore(e.Message);
        }
    }

    [OneTimeTearDown]
    public void Close() => Device?.Dispose();

    protected Step Begin(bool training = true, ulong seed = 1) => new(Device, training, seed, channelBlock);

    protected static Tensor Feature(Step step, TensorShape shape, params float[] values)
    {
        Tensor tensor = step.Create(shape, "x", requiresGradient: true);
        tensor.Write(values);
        return tensor;
    }

    /// <summary>A tensor with channel block 1.</summary>
    protected static Tensor Plain(Step step, TensorShape shape, params float[] values)
    {
        Tensor tensor = step.Create(new TensorLayout(shape, 1), "plain", requiresGradient: true);
        tensor.Write(values);
        return tensor;
    }

    protected static void BackwardWith(Step step, Tensor output, params float[] cotangent)
    {
        Tensor given = step.CreateGradient(output);
        given.Write(cotangent);
        step.Backward(output, given);
    }

    protected static void AssertNear(float[] actual, double[] expected, double tolerance = 1e-6)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (int i = 0; i < actual.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]))))
                Assert.Fail($"element {i} is {actual[i]:g9}, not {expected[i]:g12}");
        }
    }
}
