using System.Runtime.CompilerServices;

namespace SegFromScratch.Engine.Dialect;

/// <summary>A tensor in a kernel: its memory and its layout. <c>x[n, c, y, x]</c> is one element, wherever it lies.</summary>
/// <param name="data">The elements in memory, padded channels included.</param>
/// <param name="layout">Where each element lies.</param>
public readonly struct TensorView(ArrayView<float> data, TensorLayout layout)
{
    /// <summary>The elements as they lie in memory, padded channels included.</summary>
    public readonly ArrayView<float> Data = data;

    /// <summary>Sizes, and where each element lies.</summary>
    public readonly TensorLayout Layout = layout;

    /// <summary>One element. On the debug device each coordinate is checked against its own dimension. The source line, which the compiler fills in, is for messages about races.</summary>
    /// <exception cref="KernelFaultException">A coordinate lies outside its dimension; buffer, kernel and work-item are named.</exception>
    public ref float this[int n, int c, int y, int x, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Check("image", n, Layout.Batch);
            Check("channel", c, Layout.Channels);
            Check("row", y, Layout.Height);
            Check("column", x, Layout.Width);
            return ref Data[Layout.Offset(n, c, y, x), file, line];
        }
    }

    private void Check(string dimension, int index, int length)
    {
        if ((uint)index >= (uint)length)
            KernelFaultException.ThrowDimension(Data.Buffer?.Name, dimension, index, length, Layout);
    }
}
