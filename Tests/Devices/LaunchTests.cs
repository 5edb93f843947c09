using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.MatrixProduct;
using SegFromScratch.Tests.Operations;

namespace SegFromScratch.Tests.Devices;

/// <summary>Launching a kernel costs the driver's time and nothing else.</summary>
[TestFixture("cpu")]
[DeviceTestFixture("opencl")]
[DeviceTestFixture("cuda")]
public sealed class LaunchTests(string deviceName) : DeviceFixture(deviceName, channelBlock: 1)
{
    [Test]
    public void A_launch_allocates_nothing()
    {
        using Step step = Begin(training: false);
        var shape = MatrixProductShape.Create(new(1, 1, 4, 4), new(1, 1, 4, 4));
        ArrayView<float> a = Matrix(step, 1), b = Matrix(step, 2), c = Matrix(step, 0);
        Launch(shape, a, b, c);
        Device.Synchronize();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Launch(shape, a, b, c);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Arguments_that_change_between_launches_are_given_anew()
    {
        using Step step = Begin(training: false);
        ArrayView<float> one = Matrix(step, 1), two = Matrix(step, 2), result = Matrix(step, 0);
        var wide = MatrixProductShape.Create(new(1, 1, 4, 4), new(1, 1, 4, 4));
        var narrow = MatrixProductShape.Create(new(1, 1, 4, 2), new(1, 1, 2, 4));
        Assert.Multiple(() =>
        {
            Assert.That(First(wide, one, two), Is.EqualTo(8));
            Assert.That(First(wide, two, two), Is.EqualTo(16), "other memory");
            Assert.That(First(narrow, two, two), Is.EqualTo(8), "another shape");
            Assert.That(First(narrow, one.SubView(4, 8), two), Is.EqualTo(4), "another offset and length");
            Assert.That(First(wide, one, two), Is.EqualTo(8), "the first again");
        });

        float First(MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right)
        {
            MatrixProductLadder.Run(Device, Rung.Naive, shape, left, right, result);
            var numbers = new float[16];
            Device.Read<float>(result.Buffer!, numbers);
            return numbers[0];
        }
    }

    private void Launch(MatrixProductShape shape, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c)
    {
        MatrixProductLadder.Run(Device, Rung.Naive, shape, a, b, c);
        MatrixProductLadder.Run(Device, RungChoice.For(Device), shape, a, b, c);
    }

    private static ArrayView<float> Matrix(Step step, float value) => step.Input(new(1, 1, 4, 4), Enumerable.Repeat(value, 16).ToArray(), "matrix").Data;
}
