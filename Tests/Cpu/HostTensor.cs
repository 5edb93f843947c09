using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Tests.Cpu;

/// <summary>A tensor's numbers in canonical N,C,H,W order, to be put on a device with any channel block and read back.</summary>
internal sealed class HostTensor(TensorShape shape)
{
    public TensorShape Shape { get; } = shape;

    public float[] Values { get; } = new float[shape.Elements];

    public ref float this[int n, int c, int y, int x] => ref Values[(((((n * Shape.Channels) + c) * Shape.Height) + y) * Shape.Width) + x];

    public static HostTensor Random(TensorShape shape, int seed, bool integers = false)
    {
        var tensor = new HostTensor(shape);
        var random = new Random(seed);
        for (int i = 0; i < tensor.Values.Length; i++)
            tensor.Values[i] = integers ? random.Next(-4, 5) : (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }

    /// <summary>Memory full of NaN, so that anything not written shows.</summary>
    public static TensorView Unwritten(Device device, TensorShape shape, int block)
    {
        var layout = new TensorLayout(shape, block);
        DeviceBuffer buffer = device.Pool.Rent(layout.Length * sizeof(float), MemoryClass.Activations, "test");
        float[] memory = new float[layout.Length];
        Array.Fill(memory, float.NaN);
        device.Write<float>(buffer, memory);
        return new TensorView(new ArrayView<float>(buffer, 0, layout.Length), layout);
    }

    public TensorView On(Device device, int block)
    {
        TensorView view = Unwritten(device, Shape, block);
        float[] memory = new float[view.Layout.Length];
        for (int n = 0; n < Shape.Batch; n++)
        for (int c = 0; c < Shape.Channels; c++)
        for (int y = 0; y < Shape.Height; y++)
        for (int x = 0; x < Shape.Width; x++)
            memory[view.Layout.Offset(n, c, y, x)] = this[n, c, y, x];
        device.Write<float>(view.Data.Buffer!, memory);
        return view;
    }

    /// <summary>Reads a tensor back and asserts that padded channels hold zeros.</summary>
    public static HostTensor Read(Device device, TensorView view)
    {
        float[] memory = new float[view.Layout.Length];
        device.Read<float>(view.Data.Buffer!, memory);
        var tensor = new HostTensor(view.Layout.Shape);
        for (int offset = 0; offset < memory.Length; offset++)
        {
            TensorPosition position = view.Layout.Position(offset);
            if (position.C < view.Layout.Channels)
                tensor[position.N, position.C, position.Y, position.X] = memory[offset];
            else if (memory[offset] != 0)
                Assert.Fail($"padded channel {position.C} of {view.Layout} holds {memory[offset]} at {position}");
        }

        return tensor;
    }

    /// <summary>Compares with an oracle in double. The tolerance of each number is relative to the sum of the magnitudes that it was added up from.</summary>
    public void AssertNear(double[] expected, double[] magnitudes, double relative, string what)
    {
        Assert.That(expected, Has.Length.EqualTo(Values.Length), what);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(Values[i] - expected[i]) <= (relative * magnitudes[i]) + 1e-30))
                Assert.Fail($"{what}: element {i} of {Shape} is {Values[i]}, expected {expected[i]} within {relative * magnitudes[i]}");
        }
    }
}
