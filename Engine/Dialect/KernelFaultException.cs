using System.Diagnostics.CodeAnalysis;

namespace SegFromScratch.Engine.Dialect;

/// <summary>Something a kernel must not do, caught by the <c>debug</c> device: an index out of bounds, a barrier that not all work-items reach.</summary>
public sealed class KernelFaultException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public KernelFaultException()
    {
    }

    /// <summary>Creates the exception with its message.</summary>
    public KernelFaultException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and its cause.</summary>
    public KernelFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Reports an index outside a view, with buffer, kernel and work-item.</summary>
    [DoesNotReturn]
    public static void ThrowIndex(string? buffer, long index, long length) =>
        throw new KernelFaultException($"index {index} is outside buffer '{buffer ?? "empty view"}' of {length} elements ({WorkItem.Describe()})");

    /// <summary>Reports a coordinate outside one dimension of a tensor, with buffer, kernel and work-item.</summary>
    [DoesNotReturn]
    public static void ThrowDimension(string? buffer, string dimension, int index, int length, TensorLayout layout) =>
        throw new KernelFaultException($"{dimension} {index} is outside 0..{length - 1} of buffer '{buffer ?? "empty view"}' of shape {layout.Shape} ({WorkItem.Describe()})");
}
