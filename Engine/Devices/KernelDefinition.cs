namespace SegFromScratch.Engine.Devices;

/// <summary>What the translator made of one kernel. Made by generated code; <see cref="KernelCatalog"/> lists all.</summary>
public sealed class KernelDefinition
{
    /// <summary>The kernel's name, class and method: <c>ConvolutionKernels.Forward</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the function in the OpenCL and CUDA text.</summary>
    public required string EntryPoint { get; init; }

    /// <summary>The whole OpenCL C program, or null where the kernel has no form there.</summary>
    public required string? OpenCl { get; init; }

    /// <summary>The whole CUDA C++ program, or null where the kernel has no form there.</summary>
    public required string? Cuda { get; init; }

    /// <summary>The C# loops over work-items that the <c>cpu</c> device runs.</summary>
    public required string CSharp { get; init; }

    /// <summary>True if the kernel runs once for each index of an extent, false if it is launched with a grid of groups.</summary>
    public required bool IsImplicitlyGrouped { get; init; }

    /// <summary>True if work-items wait for each other.</summary>
    public required bool UsesBarrier { get; init; }

    /// <summary>The names of the parameters that are constants to the compiled kernel, in order; they are macros in the text.</summary>
    public IReadOnlyList<string> Constants { get; init; } = [];

    /// <summary>The group size the kernel was written for, 0 if it is open.</summary>
    public int GroupSize { get; init; }
}
