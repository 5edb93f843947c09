namespace SegFromScratch.Engine.Dialect;

/// <summary>
/// Says how a target writes a method, property, constructor or type for which it has an expression of its own; the C# body stays the definition of what it means.
/// </summary>
/// <param name="openCl">The OpenCL C text with {0}, {1} … for the arguments (the instance first), or null where OpenCL has no form.</param>
/// <param name="cuda">The CUDA C++ text, or null where CUDA has no form.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Constructor | AttributeTargets.Struct)]
public sealed class DeviceIntrinsicAttribute(string? openCl, string? cuda) : Attribute
{
    /// <summary>The OpenCL C text, or null.</summary>
    public string? OpenCl => openCl;

    /// <summary>The CUDA C++ text, or null.</summary>
    public string? Cuda => cuda;
}
