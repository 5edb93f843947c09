using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Devices.OpenCl;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.MatrixProduct;
using SegFromScratch.Tests.Translator;

namespace SegFromScratch.Tests.Operations;

/// <summary>The tensor cores' arithmetic: how numbers are rounded, and that the CUDA text has the instructions. <see cref="LadderTests"/> compares the products.</summary>
public sealed class TensorCoreTests
{
    // A group's tile is 4 x 16 products of 16 x 8, and each of its four warps makes 16 of them from each half of the 16 words.
    private const int ProductsInText = 32;

    private static readonly float[] s_edges =
        [0f, 1f, -1f, 1.00048828125f, -1.00048828125f, 1.00146484375f, 1.00390625f, 1.01171875f, -1.00390625f, 3.4e38f, -3.4e38f, 1e-30f, 65504f, 1f / 3, -2f / 3];

    private static IEnumerable<TestCaseData> Kernels =>
        from kernel in (KernelDefinition[])[MatrixProductTensorLauncher.ProductDefinition, ImplicitTensorLauncher.ProductDefinition, WeightGradientTensorLauncher.ProductDefinition]
        from architecture in (string[])["sm_80", "sm_90"]
        from terms in (int[])[1, 2]
        select new TestCaseData(kernel, architecture, terms).SetArgDisplayNames(kernel.Name, architecture, terms == 1 ? "tf32" : "bf16");

    [Test]
    public void Numbers_are_rounded_to_the_nearest_of_the_format()
    {
        var random = new Random(5);
        IEnumerable<float> numbers = s_edges.Concat(Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))).Where(number => float.IsNormal(number) && Math.Abs(number) < 3e38f));
        foreach (float number in numbers)
        {
            Assert.That((double)BitConverter.UInt32BitsToSingle(TensorCore.Tf32(number)), Is.EqualTo((double)(float)Rounding.ToTf32(number)), $"tf32 of {number:r}");
            uint word = TensorCore.Bf16(number, -number);
            Assert.That((double)BitConverter.UInt32BitsToSingle(word << 16), Is.EqualTo((double)(float)Rounding.ToBf16(number)), $"bf16 of {number:r}");
            Assert.That(word >> 16, Is.EqualTo((word & 0xFFFF) ^ 0x8000), "the upper half holds the second");
        }
    }

    [Test]
    public void What_is_no_number_stays_so()
    {
        Assert.Multiple(() =>
        {
            Assert.That(BitConverter.UInt32BitsToSingle(TensorCore.Tf32(float.NaN)), Is.NaN);
            Assert.That(BitConverter.UInt32BitsToSingle(TensorCore.Tf32(float.NegativeInfinity)), Is.EqualTo(float.NegativeInfinity));
            Assert.That(BitConverter.UInt32BitsToSingle(TensorCore.Bf16(float.NaN, 0) << 16), Is.NaN);
            Assert.That(BitConverter.UInt32BitsToSingle(TensorCore.Bf16(0, float.PositiveInfinity)), Is.EqualTo(float.PositiveInfinity));
        });
    }

    [TestCaseSource(nameof(Kernels))]
    public void The_CUDA_text_multiplies_by_tensor_cores_and_keeps_its_sums_in_registers(KernelDefinition kernel, string architecture, int terms)
    {
        string ptx = ClangTests.Ptx(kernel, architecture, kernel.Constants.Select(name => name == "termsPerWord" ? terms : 3).ToArray());
        string instruction = terms == 1 ? "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32" : "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32";
        Assert.That(ptx.Split(instruction).Length - 1, Is.EqualTo(ProductsInText));
        Assert.That(ptx, Does.Not.Contain("__local_depot"));

        // Each warp needs 2 x 4 words of rows and 8 x 2 words of columns for 16 products, twice: fragments are loaded once and used again.
        Assert.That(ptx.Split("ld.shared").Length - 1, Is.EqualTo(48));
    }

    [Test]
    public void Rows_and_columns_of_all_work_items_cover_the_tile_once()
    {
        int[] elements = [.. from item in Enumerable.Range(0, TensorTile.Items) from sum in Enumerable.Range(0, TensorTile.Sums) select (TensorTile.Row(item, sum) * TensorTile.Columns) + TensorTile.Column(item, sum)];
        Assert.That(elements.Order(), Is.EqualTo(Enumerable.Range(0, TensorTile.Rows * TensorTile.Columns)));
    }

    [Test]
    public void Devices_without_tensor_cores_refuse_the_precision_in_one_line()
    {
        using var cpu = new CpuDevice(1);
        using var debug = new DebugDevice();
        using Device? opencl = TestDevices.Usable.Contains("opencl") ? new OpenClDevice() : null;
        foreach (Device device in (Device[])[cpu, debug, .. opencl is null ? (Device[])[] : [opencl]])
        {
            Assert.That(
                () => device.Precision = MatrixPrecision.BFloat16,
                Throws.TypeOf<DeviceException>().With.Message.EqualTo($"{device.Name} computes in fp32 only: bf16 needs --device cuda and an NVIDIA GPU of compute capability 8.0 or newer"));
            Assert.That(() => device.UseGraphs = true, Throws.TypeOf<DeviceException>().With.Message.Contains("--cuda-graph"));
            Assert.That(() => device.Precision = MatrixPrecision.Float32, Throws.Nothing);
        }
    }
}
