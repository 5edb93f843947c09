namespace SegFromScratch.Kernels.OneHot;

/// <summary>One thread an element of the result.</summary>
public static class OneHotKernels
{
    /// <summary>planes[n,c,y,x] = 1 if classMap[n,y,x] is c and not the ignored class, else 0; the padding has class C and up, which no pixel that counts has.</summary>
    [Kernel]
    public static void Planes(Index1D index, ArrayView<int> classMap, int ignoreIndex, TensorView planes)
    {
        TensorLayout layout = planes.Layout;
        TensorPosition at = layout.Position(index);
        int own = classMap[(((at.N * layout.Height) + at.Y) * layout.Width) + at.X];
        planes.Data[index] = own == at.C && own != ignoreIndex && at.C < layout.Channels ? 1f : 0f;
    }

    /// <summary>counts[n,y,x] = 1 if classMap[n,y,x] lies in 0 up to <paramref name="classes"/> and is not the ignored class, else 0.</summary>
    [Kernel]
    public static void Counts(Index1D index, ArrayView<int> classMap, int ignoreIndex, int classes, ArrayView<float> counts)
    {
        int own = classMap[index];
        counts[index] = own >= 0 && own < classes && own != ignoreIndex ? 1f : 0f;
    }
}
