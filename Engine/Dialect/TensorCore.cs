using System.Runtime.CompilerServices;

namespace SegFromScratch.Engine.Dialect;

/// <summary>
/// Products of small matrices by the tensor cores of NVIDIA GPUs: 32 neighbouring work-items of a group add the product of 16 rows and 8 columns to sums
/// that are spread over their registers. Both factors lie in shared memory and do not change meanwhile, so that the meaning for one work-item alone
/// is four plain sums: that is what cpu and debug compute, and what a debugger steps through. OpenCL has no form of it.
/// <para>
/// A factor is stored as 32-bit words, one term of <c>tf32</c> or two of <c>bf16</c> each; eight words of each row and column are multiplied at a time.
/// Word w of row r lies at <c>w * stride + r</c>. Lane l of the 32 owns rows l / 4 and l / 4 + 8 and columns 2 (l % 4) and the next; its sums are in that order, row by row.
/// Products are exact in float32 and added in float32; GPUs may add in another order and with fewer guard bits.
/// (PTX ISA, warp-level matrix instructions: mma.m16n8k8 for tf32, mma.m16n8k16 for bf16.)
/// </para>
/// </summary>
public static unsafe class TensorCore
{
    /// <summary>Rows of one product.</summary>
    public const int Rows = 16;

    /// <summary>Columns of one product.</summary>
    public const int Columns = 8;

    /// <summary>Words of each row and column that one product takes.</summary>
    public const int Words = 8;

    /// <summary>The sums of one product that a work-item owns.</summary>
    public const int Sums = 4;

    /// <summary>Rounds to 10 bits of mantissa, halves away from zero: 8 bits of exponent, so the range of float32.</summary>
    [DeviceIntrinsic(null, "TensorCore_Tf32({0})")]
    public static uint Tf32(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsFinite(value) ? (bits + 0x1000u) & 0xFFFFE000u : bits;
    }

    /// <summary>Rounds two numbers to 7 bits of mantissa, halves to even, and puts them into one word.</summary>
    /// <param name="low">The term of the lower half.</param>
    /// <param name="high">The next term.</param>
    [DeviceIntrinsic(null, "TensorCore_Bf16({0}, {1})")]
    public static uint Bf16(float low, float high) => UpperHalf(low) >> 16 | UpperHalf(high);

    /// <summary>sums += left * right over eight terms of tf32, for several products that share their rows and columns. See the class for where everything lies.</summary>
    /// <param name="sums">Private memory with the work-item's sums: four of each product, products row by row.</param>
    /// <param name="left">Shared memory with the rows.</param>
    /// <param name="leftStart">Word 0 of row 0.</param>
    /// <param name="leftStride">From one word of a row to the next.</param>
    /// <param name="right">Shared memory with the columns.</param>
    /// <param name="rightStart">Word 0 of column 0.</param>
    /// <param name="rightStride">From one word of a column to the next.</param>
    /// <param name="lane">The work-item among the 32: its index in the group modulo 32. All 32 must come here together.</param>
    /// <param name="down">Products below each other, a constant: 16 rows each.</param>
    /// <param name="across">Products beside each other, a constant: 8 columns each.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="KernelFaultException">An element lies outside its view.</exception>
    [DeviceIntrinsic(
        null,
        "TensorCore_MultiplyAddTf32<{8}, {9}>({0}, {1} + {2}, {3}, {4} + {5}, {6}, {7})")]
    public static void MultiplyAddTf32(
        ArrayView<float> sums, ArrayView<uint> left, int leftStart, int leftStride, ArrayView<uint> right, int rightStart, int rightStride, int lane, int down, int across,
        [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        for (int i = 0; i < down * across * Sums; i++)
        {
            for (int w = 0; w < Words; w++)
            {
                uint a = left[leftStart + (w * leftStride) + Row(lane, i, across), file, line];
                uint b = right[rightStart + (w * rightStride) + Column(lane, i, across), file, line];
                sums[i, file, line] += Number(a) * Number(b);
            }
        }
    }

    /// <summary>
    /// sums += left * right over sixteen terms of bf16, two a word. The parameters are those of
    /// <see cref="MultiplyAddTf32(ArrayView{float}, ArrayView{uint}, int, int, ArrayView{uint}, int, int, int, int, int, string?, int)"/>.
    /// </summary>
    /// <exception cref="KernelFaultException">An element lies outside its view.</exception>
    [DeviceIntrinsic(
        null,
        "TensorCore_MultiplyAddBf16<{8}, {9}>({0}, {1} + {2}, {3}, {4} + {5}, {6}, {7})")]
    public static void MultiplyAddBf16(
        ArrayView<float> sums, ArrayView<uint> left, int leftStart, int leftStride, ArrayView<uint> right, int rightStart, int rightStride, int lane, int down, int across,
        [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        for (int i = 0; i < down * across * Sums; i++)
        {
            for (int w = 0; w < Words; w++)
            {
                uint a = left[leftStart + (w * leftStride) + Row(lane, i, across), file, line];
                uint b = right[rightStart + (w * rightStride) + Column(lane, i, across), file, line];
                sums[i, file, line] += PairProduct(a, b);
            }
        }
    }

    /// <summary>The form of <see cref="MultiplyAddTf32(ArrayView{float}, ArrayView{uint}, int, int, ArrayView{uint}, int, int, int, int, int, string?, int)"/> in generated loops.</summary>
    public static void MultiplyAddTf32(float* sums, uint* left, int leftStart, int leftStride, uint* right, int rightStart, int rightStride, int lane, int down, int across)
    {
        for (int i = 0; i < down * across * Sums; i++)
        {
            for (int w = 0; w < Words; w++)
                sums[i] += Number(left[leftStart + (w * leftStride) + Row(lane, i, across)]) * Number(right[rightStart + (w * rightStride) + Column(lane, i, across)]);
        }
    }

    /// <summary>The form of <see cref="MultiplyAddBf16(ArrayView{float}, ArrayView{uint}, int, int, ArrayView{uint}, int, int, int, int, int, string?, int)"/> in generated loops.</summary>
    public static void MultiplyAddBf16(float* sums, uint* left, int leftStart, int leftStride, uint* right, int rightStart, int rightStride, int lane, int down, int across)
    {
        for (int i = 0; i < down * across * Sums; i++)
        {
            for (int w = 0; w < Words; w++)
                sums[i] += PairProduct(left[leftStart + (w * leftStride) + Row(lane, i, across)], right[rightStart + (w * rightStride) + Column(lane, i, across)]);
        }
    }

    private static int Row(int lane, int sum, int across) => (sum / Sums / across * Rows) + (lane / 4) + (sum % Sums / 2 * 8);

    private static int Column(int lane, int sum, int across) => (sum / Sums % across * Columns) + (lane % 4 * 2) + (sum % 2);

    private static float PairProduct(uint a, uint b) => (Number(a << 16) * Number(b << 16)) + (Number(a & 0xFFFF0000u) * Number(b & 0xFFFF0000u));

    private static float Number(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    private static uint UpperHalf(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? 0x7FFF0000u : (bits + 0x7FFFu + (bits >> 16 & 1u)) & 0xFFFF0000u;
    }
}
