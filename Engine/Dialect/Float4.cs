using System.Runtime.CompilerServices;

namespace SegFromScratch.Engine.Dialect;

/// <summary>
/// Four floats that move as one: GPUs load and store 16 bytes with one instruction, if the address is a multiple of 16 bytes.
/// Compilers do not join scalar loads by themselves, as they cannot know the address.
/// </summary>
[DeviceIntrinsic("float4", "float4")]
public readonly unsafe struct Float4
{
    private Float4(float x, float y, float z, float w) => (X, Y, Z, W) = (x, y, z, w);

    /// <summary>The first.</summary>
    [DeviceIntrinsic("{0}.x", "{0}.x")]
    public float X { get; }

    /// <summary>The second.</summary>
    [DeviceIntrinsic("{0}.y", "{0}.y")]
    public float Y { get; }

    /// <summary>The third.</summary>
    [DeviceIntrinsic("{0}.z", "{0}.z")]
    public float Z { get; }

    /// <summary>The fourth.</summary>
    [DeviceIntrinsic("{0}.w", "{0}.w")]
    public float W { get; }

    /// <summary>Four floats.</summary>
    [DeviceIntrinsic("(float4)({0}, {1}, {2}, {3})", "make_float4({0}, {1}, {2}, {3})")]
    public static Float4 Create(float x, float y, float z, float w) => new(x, y, z, w);

    /// <summary>Loads the elements index to index + 3 of global memory.</summary>
    /// <exception cref="KernelFaultException">They do not lie in the view, or not at a multiple of 16 bytes.</exception>
    [DeviceIntrinsic("*(__global const float4*)({0} + {1})", "*(const float4*)({0} + {1})")]
    public static Float4 Load(ArrayView<float> view, int index, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) => LoadShared(view, index, file, line);

    /// <summary>Loads the elements index to index + 3 of shared memory.</summary>
    /// <exception cref="KernelFaultException">They do not lie in the view, or not at a multiple of 16 bytes.</exception>
    [DeviceIntrinsic("*(__local const float4*)({0} + {1})", "*(const float4*)({0} + {1})")]
    public static Float4 LoadShared(ArrayView<float> view, int index, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        CheckAlignment(view, index);
        return new Float4(view[index, file, line], view[index + 1, file, line], view[index + 2, file, line], view[index + 3, file, line]);
    }

    /// <summary>Stores to the elements index to index + 3 of shared memory.</summary>
    /// <exception cref="KernelFaultException">They do not lie in the view, or not at a multiple of 16 bytes.</exception>
    [DeviceIntrinsic("*(__local float4*)({0} + {1}) = {2}", "*(float4*)({0} + {1}) = {2}")]
    public static void StoreShared(ArrayView<float> view, int index, Float4 value, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        CheckAlignment(view, index);
        view[index, file, line] = value.X;
        view[index + 1, file, line] = value.Y;
        view[index + 2, file, line] = value.Z;
        view[index + 3, file, line] = value.W;
    }

    /// <summary>Stores to the elements index to index + 3 of global memory.</summary>
    /// <exception cref="KernelFaultException">They do not lie in the view, or not at a multiple of 16 bytes.</exception>
    [DeviceIntrinsic("*(__global float4*)({0} + {1}) = {2}", "*(float4*)({0} + {1}) = {2}")]
    public static void Store(ArrayView<float> view, int index, Float4 value, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) => StoreShared(view, index, value, file, line);

    /// <summary>The form of <see cref="Load(ArrayView{float}, int, string?, int)"/> in generated loops.</summary>
    public static Float4 Load(float* view, int index) => new(view[index], view[index + 1], view[index + 2], view[index + 3]);

    /// <summary>The form of <see cref="LoadShared(ArrayView{float}, int, string?, int)"/> in generated loops.</summary>
    public static Float4 LoadShared(float* view, int index) => Load(view, index);

    /// <summary>The form of <see cref="StoreShared(ArrayView{float}, int, Float4, string?, int)"/> in generated loops.</summary>
    public static void StoreShared(float* view, int index, Float4 value) => (view[index], view[index + 1], view[index + 2], view[index + 3]) = (value.X, value.Y, value.Z, value.W);

    /// <summary>The form of <see cref="Store(ArrayView{float}, int, Float4, string?, int)"/> in generated loops.</summary>
    public static void Store(float* view, int index, Float4 value) => StoreShared(view, index, value);

    private static void CheckAlignment(ArrayView<float> view, int index)
    {
        if ((view.Offset + index) % 4 != 0)
            throw new KernelFaultException($"elements {index} to {index + 3} of buffer '{view.Buffer?.Name}' do not lie at a multiple of 16 bytes ({WorkItem.Describe()})");
    }
}
