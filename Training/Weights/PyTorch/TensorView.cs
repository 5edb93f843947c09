namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>Checks a view of a storage, and reads its elements in order.</summary>
internal static class TensorView
{
    /// <summary>What makes a view unusable; null if it lies within its storage and shows no element more often than there are elements.</summary>
    public static string? Problem(PickleTensor tensor)
    {
        long available = tensor.Storage.Elements;
        if (tensor.Shape.Contains(0))
            return null;
        Int128 elements = 1, last = tensor.Offset;
        for (int i = 0; i < tensor.Shape.Length; i++)
        {
            elements *= tensor.Shape[i];
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];

            // Checked at each step, so that neither can outgrow 128 bits.
            if (elements > available || last >= available)
                break;
        }

        if (last >= available)
            return $"reaches beyond the {available} elements of its storage";
        return elements > available ? $"shows the {available} elements of its storage more than once; in PyTorch, save it as tensor.contiguous()" : null;
    }

    /// <summary>Copies elements of a view, the last size fastest, whatever its strides.</summary>
    /// <param name="storage">The bytes of the storage.</param>
    /// <param name="tensor">A view without <see cref="Problem"/>.</param>
    /// <param name="first">The number of elements before the first one wanted.</param>
    /// <param name="destination">Takes whole elements.</param>
    public static void Copy(ReadOnlySpan<byte> storage, PickleTensor tensor, long first, Span<byte> destination)
    {
        int size = tensor.Storage.DataType.Size();
        if (IsContiguous(tensor))
        {
            storage.Slice(checked((int)((tensor.Offset + first) * size)), destination.Length).CopyTo(destination);
            return;
        }

        long[] index = Index(tensor.Shape, first);
        long place = tensor.Offset + index.Zip(tensor.Strides, (i, stride) => i * stride).Sum();
        for (int written = 0; written < destination.Length; written += size)
        {
            storage.Slice(checked((int)(place * size)), size).CopyTo(destination[written..]);
            place = Next(tensor, index, place);
        }
    }

    private static long Next(PickleTensor tensor, long[] index, long place)
    {
        for (int i = index.Length - 1; i >= 0; i--)
        {
            if (++index[i] < tensor.Shape[i])
                return place + tensor.Strides[i];
            place -= (index[i] - 1) * tensor.Strides[i];
            index[i] = 0;
        }

        return place;
    }

    private static long[] Index(long[] shape, long element)
    {
        long[] index = new long[shape.Length];
        for (int i = shape.Length - 1; i >= 0; i--)
            (element, index[i]) = Math.DivRem(element, shape[i]);
        return index;
    }

    private static bool IsContiguous(PickleTensor tensor)
    {
        long expected = 1;
        for (int i = tensor.Shape.Length - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != expected)
                return false;
            expected *= tensor.Shape[i];
        }

        return true;
    }
}
