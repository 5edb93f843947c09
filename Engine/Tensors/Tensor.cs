using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Tensors;

/// <summary>Numbers of shape N,C,H,W on a device, in float32.</summary>
/// <remarks>Tensors of a training step are made by <see cref="Step"/>; weights and other tensors that outlive steps are made here.</remarks>
public sealed class Tensor : StepMemory
{
    private StepMemory? _derived;

    internal Tensor(Device device)
        : base(device)
    {
    }

    /// <summary>Where each element lies.</summary>
    public TensorLayout Layout { get; private set; }

    /// <summary>N,C,H,W.</summary>
    public TensorShape Shape => Layout.Shape;

    /// <summary>True if a backward pass shall compute the derivative of the loss by this tensor.</summary>
    public bool RequiresGradient { get; private set; }

    /// <summary>True for weights and other tensors that outlive a step.</summary>
    public bool IsPersistent { get; private init; }

    /// <summary>The derivative of the loss by this tensor, in the same layout; null before a backward pass has come here, and after it was used.</summary>
    public Tensor? Gradient { get; internal set; }

    /// <summary>True for the gradient of a persistent tensor: the end of the step leaves it alone.</summary>
    internal bool IsKeptByParameter { get; set; }

    /// <summary>
    /// Rises whenever somebody gets the memory who may write it: by <see cref="Write"/>, <see cref="Data"/>, <see cref="View"/> or <see cref="StepMemory.Buffer"/>.
    /// While it stands still the elements do. For that nobody may keep a view for later writing.
    /// </summary>
    public long Version { get; private set; }

    /// <summary>The tensor as kernels see it.</summary>
    public TensorView View => new(Data, Layout);

    /// <summary>The elements as they lie in memory, padded channels included.</summary>
    public ArrayView<float> Data => new(Buffer, 0, Layout.Length);

    /// <summary>As <see cref="View"/>, for kernels that only read: the <see cref="Version"/> stands still.</summary>
    public TensorView ReadOnlyView => new(ReadOnlyData, Layout);

    /// <summary>As <see cref="Data"/>, for kernels that only read: the <see cref="Version"/> stands still.</summary>
    public ArrayView<float> ReadOnlyData => new(Held, 0, Layout.Length);

    /// <summary>Makes a tensor that outlives steps.</summary>
    /// <param name="device">Where it lies.</param>
    /// <param name="shape">N,C,H,W.</param>
    /// <param name="values">N x C x H x W numbers in that order, or empty for zeros.</param>
    /// <param name="channelBlock">The channel block B of its layout: 1 for weights and vectors.</param>
    /// <param name="requiresGradient">True if it is trained.</param>
    /// <param name="memoryClass">What it is used for.</param>
    /// <param name="name">What it holds, for messages.</param>
    public static Tensor Persistent(
        Device device,
        TensorShape shape,
        ReadOnlySpan<float> values = default,
        int channelBlock = 1,
        bool requiresGradient = false,
        MemoryClass memoryClass = MemoryClass.Weights,
        string name = "tensor")
    {
        ArgumentNullException.ThrowIfNull(device);
        Tensor tensor = new Tensor(device) { IsPersistent = true }.Take(new TensorLayout(shape, channelBlock), requiresGradient, memoryClass, name);
        if (values.IsEmpty)
            device.Clear(tensor.Buffer, sizeof(float) * (long)tensor.Layout.Length);
        else
            tensor.Write(values);
        return tensor;
    }

    /// <summary>Copies N x C x H x W numbers in that order to the device.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Shape.Elements)
            throw new ArgumentException($"'{Name}' of shape {Shape} has {Shape.Elements} elements, not {values.Length}.", nameof(values));
        if (Layout.ChannelBlock == 1)
        {
            Device.Write(Buffer, values);
            return;
        }

        if (Device is CpuDevice)
        {
            LayoutConversion.ToMemory(Layout, values, InPlace(Buffer));
            return;
        }

        float[] memory = System.Buffers.ArrayPool<float>.Shared.Rent(Layout.Length);
        LayoutConversion.ToMemory(Layout, values, memory);
        Device.Write<float>(Buffer, memory.AsSpan(0, Layout.Length));
        System.Buffers.ArrayPool<float>.Shared.Return(memory);
    }

    /// <summary>Copies the elements from the device into N x C x H x W order.</summary>
    public void Read(Span<float> values)
    {
        if (Layout.ChannelBlock == 1)
        {
            Device.Read(Held, values);
            return;
        }

        if (Device is CpuDevice)
        {
            LayoutConversion.FromMemory(Layout, InPlace(Held), values);
            return;
        }

        float[] memory = System.Buffers.ArrayPool<float>.Shared.Rent(Layout.Length);
        Device.Read<float>(Held, memory.AsSpan(0, Layout.Length));
        LayoutConversion.FromMemory(Layout, memory, values);
        System.Buffers.ArrayPool<float>.Shared.Return(memory);
    }

    /// <summary>The elements in N x C x H x W order.</summary>
    public float[] ToArray()
    {
        var values = new float[Shape.Elements];
        Read(values);
        return values;
    }

    /// <summary>The one element of a scalar, or the first of any tensor.</summary>
    public float ToScalar()
    {
        Span<float> value = stackalloc float[1];
        Device.Read(Held, value);
        return value[0];
    }

    /// <summary>From now on no backward pass computes the derivative by this tensor, nor by what leads to it alone.</summary>
    public void Freeze()
    {
        ClearGradient();
        RequiresGradient = false;
    }

    /// <summary>
    /// Finds what <see cref="KeepDerived"/> keeps, if it was computed in the same way from the same tensors and neither this nor one of them may have been written since.
    /// </summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <param name="key">How it is computed.</param>
    /// <param name="sources">What it is computed from beside this tensor; nulls may be among them.</param>
    /// <param name="numbers">What was kept.</param>
    public bool TryGetDerived<TKey>(in TKey key, ReadOnlySpan<Tensor?> sources, out ArrayView<float> numbers)
        where TKey : struct, IEquatable<TKey>
    {
        bool found = _derived is DerivedMemory<TKey> derived && derived.Holds(key, sources);
        numbers = found ? ((DerivedMemory<TKey>)_derived!).View : default;
        return found;
    }

    /// <summary>
    /// Makes room for numbers that are computed from this tensor and others, to be kept beside it in the place of earlier ones. The caller writes them at once.
    /// The memory goes back to the pool as soon as somebody gets this tensor for writing, and with the tensor.
    /// </summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <param name="key">How they are computed.</param>
    /// <param name="sources">What they are computed from beside this tensor; nulls may be among them.</param>
    /// <param name="floats">How many.</param>
    /// <param name="name">What they are, for messages.</param>
    public ArrayView<float> KeepDerived<TKey>(in TKey key, ReadOnlySpan<Tensor?> sources, long floats, string name)
        where TKey : struct, IEquatable<TKey>
    {
        DropDerived();
        var derived = new DerivedMemory<TKey>(this, key, sources, floats, name);
        _derived = derived;
        return derived.View;
    }

    /// <summary>Drops the gradient after the optimiser has used it.</summary>
    public void ClearGradient()
    {
        Gradient?.Free();
        Gradient = null;
    }

    /// <summary>Gives the memory of a persistent tensor back.</summary>
    public void Discard()
    {
        ClearGradient();
        Free();
    }

    /// <summary>Takes memory for a layout. What an earlier step knew of this object is forgotten; the <see cref="Version"/> goes on rising.</summary>
    internal Tensor Take(TensorLayout layout, bool requiresGradient, MemoryClass memoryClass, string name)
    {
        (Layout, RequiresGradient, Gradient, IsKeptByParameter) = (layout, requiresGradient, null, false);
        Take(sizeof(float) * CheckedLength(layout, name), memoryClass, name);
        return this;
    }

    private protected override void HandOut()
    {
        Version++;
        DropDerived();
    }

    // The cpu's memory needs no copy of the tensor on its way, which would stay in the pool of arrays.
    private unsafe Span<float> InPlace(DeviceBuffer buffer) => new((void*)buffer.HostAddress, Layout.Length);

    private void DropDerived()
    {
        _derived?.Free();
        _derived = null;
    }

    private static long CheckedLength(TensorLayout layout, string name)
    {
        TensorShape shape = layout.Shape;
        if (shape.Batch < 1 || shape.Channels < 1 || shape.Height < 1 || shape.Width < 1)
            throw new ArgumentException($"'{name}' would have shape {shape}: every size must be at least 1.");
        long length = (long)shape.Batch * layout.ChannelBlocks * layout.ChannelBlock * shape.Height * shape.Width;
        if (length > int.MaxValue)
            throw new ArgumentException($"'{name}' of shape {shape} has more than {int.MaxValue} elements: use a smaller batch or smaller images.");
        return length;
    }
}
