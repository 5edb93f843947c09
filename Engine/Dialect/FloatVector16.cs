using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Engine.Dialect;

/// <summary>
/// Sixteen floats side by side, for OpenCL devices that are CPUs: one AVX-512 register, or two of AVX2. OpenCL calls it float16, which is not the 16-bit float.
/// A GPU has no such registers, so kernels that use it have no CUDA form.
/// </summary>
[DeviceIntrinsic("float16", null)]
public readonly unsafe struct FloatVector16
{
    private readonly Vector512<float> _lanes;

    private FloatVector16(Vector512<float> lanes) => _lanes = lanes;

    /// <summary>The same number in all lanes.</summary>
    [DeviceIntrinsic("(float16)({0})", null)]
    public static FloatVector16 Splat(float value) => new(Vector512.Create(value));

    /// <summary>Loads the elements index to index + 15.</summary>
    /// <exception cref="KernelFaultException">They do not lie in the view.</exception>
    [DeviceIntrinsic("vload16(0, {0} + {1})", null)]
    public static FloatVector16 Load(ArrayView<float> view, int index, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        for (int lane = 0; lane < 16; lane++)
            _ = view[index + lane, file, line];
        return Load(view.Pointer, index);
    }

    /// <summary>Stores to the elements index to index + 15.</summary>
    /// <exception cref="KernelFaultException">They do not lie in the view.</exception>
    [DeviceIntrinsic("vstore16({2}, 0, {0} + {1})", null)]
    public static void Store(ArrayView<float> view, int index, FloatVector16 value, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        for (int lane = 0; lane < 16; lane++)
            view[index + lane, file, line] = value._lanes[lane];
    }

    /// <summary>a + b in each lane.</summary>
    [DeviceIntrinsic("({0} + {1})", null)]
    public static FloatVector16 operator +(FloatVector16 a, FloatVector16 b) => new(a._lanes + b._lanes);

    /// <summary>a - b in each lane.</summary>
    [DeviceIntrinsic("({0} - {1})", null)]
    public static FloatVector16 operator -(FloatVector16 a, FloatVector16 b) => new(a._lanes - b._lanes);

    /// <summary>a * b in each lane.</summary>
    [DeviceIntrinsic("({0} * {1})", null)]
    public static FloatVector16 operator *(FloatVector16 a, FloatVector16 b) => new(a._lanes * b._lanes);

    /// <summary>The greater of two lanes; NaN where a is NaN.</summary>
    [DeviceIntrinsic("(({0} < {1}) ? {1} : {0})", null)]
    public static FloatVector16 Max(FloatVector16 a, FloatVector16 b) => new(Vector512.ConditionalSelect(Vector512.LessThan(a._lanes, b._lanes), b._lanes, a._lanes));

    /// <summary>value in lanes where gate is above 0, else 0: the gradient of a ReLU whose output is the gate. A NaN lets the value through.</summary>
    [DeviceIntrinsic("select({0}, (float16)(0.0f), {1} <= (float16)(0.0f))", null)]
    public static FloatVector16 WhereAbove(FloatVector16 value, FloatVector16 gate) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(gate._lanes, Vector512<float>.Zero), Vector512<float>.Zero, value._lanes));

    /// <summary>The exponential of each lane.</summary>
    [DeviceIntrinsic("exp({0})", null)]
    public static FloatVector16 Exp(FloatVector16 value) => new(Vector512.Exp(value._lanes));

    /// <summary>factor * value + sum in each lane, rounded once.</summary>
    [DeviceIntrinsic("fma((float16)({0}), {1}, {2})", null)]
    public static FloatVector16 MultiplyAdd(float factor, FloatVector16 value, FloatVector16 sum) => new(Vector512.FusedMultiplyAdd(Vector512.Create(factor), value._lanes, sum._lanes));

    /// <summary>a * b + sum in each lane, rounded once.</summary>
    [DeviceIntrinsic("fma({0}, {1}, {2})", null)]
    public static FloatVector16 MultiplyAdd(FloatVector16 a, FloatVector16 b, FloatVector16 sum) => new(Vector512.FusedMultiplyAdd(a._lanes, b._lanes, sum._lanes));

    /// <summary>The lanes from first up to end, exclusive, and zero in the others.</summary>
    [DeviceIntrinsic(
        "select((float16)(0.0f), {0}, ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) >= (int16)({1})) & ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) < (int16)({2})))",
        null)]
    public static FloatVector16 Keep(FloatVector16 value, int first, int end)
    {
        Vector512<int> lane = Vector512<int>.Indices;
        Vector512<int> kept = Vector512.GreaterThanOrEqual(lane, Vector512.Create(first)) & Vector512.LessThan(lane, Vector512.Create(end));
        return new FloatVector16(Vector512.ConditionalSelect(kept.AsSingle(), value._lanes, Vector512<float>.Zero));
    }

    /// <summary>The form of <see cref="Load(ArrayView{float}, int, string?, int)"/> in generated loops.</summary>
    public static FloatVector16 Load(float* view, int index) => new(Vector512.Load(view + index));

    /// <summary>The form of <see cref="Store(ArrayView{float}, int, FloatVector16, string?, int)"/> in generated loops.</summary>
    public static void Store(float* view, int index, FloatVector16 value) => value._lanes.Store(view + index);
}
