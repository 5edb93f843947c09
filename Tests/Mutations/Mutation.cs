namespace SegFromScratch.Tests.Mutations;

/// <summary>One deliberate mistake in a source file.</summary>
/// <param name="Name">What is wrong, in words.</param>
/// <param name="File">The file, from the root of the repository.</param>
/// <param name="Original">A snippet that occurs exactly once in the file.</param>
/// <param name="Replacement">What stands there instead.</param>
/// <param name="Operation">The operation whose cases must turn red.</param>
/// <param name="Red">The first comparison that fails: output, gradient of x, ...</param>
public sealed record Mutation(string Name, string File, string Original, string Replacement, string Operation, string Red)
{
    /// <summary>Whether the file is one of the cpu device's own kernels, which no other device runs.</summary>
    public bool IsSimd => File.Contains("/Cpu/", StringComparison.Ordinal);
}
