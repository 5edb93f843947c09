using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.OneHot;

/// <summary>From a class map to one plane of zeros and ones a class. PyTorch: <c>one_hot</c>. Nothing of it is on the tape: classes have no derivative.</summary>
public static class OneHot
{
    /// <summary>planes[n,c,y,x] = 1 where the pixel's class is c, else 0.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="classMap">N x H x W classes in n, y, x order.</param>
    /// <param name="shape">N,C,H,W of the planes.</param>
    /// <param name="ignoreIndex">A class that is in no plane. Classes outside 0 up to C are in none either.</param>
    /// <exception cref="ArgumentException">Sizes do not agree.</exception>
    public static Tensor Planes(Step step, DeviceArray<int> classMap, TensorShape shape, int ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(classMap);
        Check(classMap, shape);
        Tensor planes = step.Create(shape, "one-hot planes");
        if (CpuPath.Of(step.Device, OneHotCpu.Supports(planes.Layout)) is { } cpu)
            OneHotCpu.Planes(cpu, classMap.View, ignoreIndex, planes.View);
        else
            OneHotLauncher.Planes(step.Device, planes.Layout.Length, classMap.View, ignoreIndex, planes.View);
        return planes;
    }

    /// <summary>counts[n,0,y,x] = 1 where the pixel's class is one of 0 up to C and not the ignored one, else 0. Channel block 1, as losses take weights of pixels.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="classMap">N x H x W classes in n, y, x order.</param>
    /// <param name="shape">N,C,H,W of the logits.</param>
    /// <param name="ignoreIndex">The class that does not count.</param>
    /// <exception cref="ArgumentException">Sizes do not agree.</exception>
    public static Tensor Counts(Step step, DeviceArray<int> classMap, TensorShape shape, int ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(classMap);
        Check(classMap, shape);
        Tensor counts = step.Create(new TensorLayout(shape with { Channels = 1 }, 1), "pixels that count");
        OneHotLauncher.Counts(step.Device, counts.Layout.Length, classMap.View, ignoreIndex, shape.Channels, counts.Data);
        return counts;
    }

    private static void Check(DeviceArray<int> classMap, TensorShape shape)
    {
        long pixels = (long)shape.Batch * shape.Height * shape.Width;
        if (classMap.Length != pixels)
            throw new ArgumentException($"the class map has {classMap.Length} pixels but planes of shape {shape} have {pixels}");
    }
}
