using System.Globalization;

namespace SegFromScratch.Engine.Devices;

/// <summary>What is said to the drivers' compilers, and what of their answer is shown.</summary>
public static class CompilerText
{
    /// <summary>The options that set a kernel's constants: <c>-DSPEC_name=value</c>, in order.</summary>
    public static string[] Defines(KernelDefinition definition, IReadOnlyList<int> constants)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return [.. definition.Constants.Zip(constants, (name, value) => string.Create(CultureInfo.InvariantCulture, $"-DSPEC_{name}={value}"))];
    }

    /// <summary>The line of a build log that tells most: the first that speaks of an error, else the first that is not blank.</summary>
    public static string FirstError(string log)
    {
        ArgumentNullException.ThrowIfNull(log);
        string[] lines = log.Split(['\n', '\r', '\0'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(line => line.Contains("error:", StringComparison.OrdinalIgnoreCase))
            ?? lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))
            ?? lines.FirstOrDefault()
            ?? "the compiler said nothing";
    }

    /// <summary>The exception for a kernel that does not compile; the whole log is in its <see cref="Exception.Data"/> under BuildLog.</summary>
    internal static DeviceException BuildFailure(KernelDefinition definition, string device, string log)
    {
        var failure = new DeviceException($"kernel {definition.Name} does not compile on {device}: {FirstError(log)}");
        failure.Data["BuildLog"] = log;
        return failure;
    }

    /// <summary>The exception for a kernel that has no text for a device.</summary>
    internal static DeviceException NoForm(KernelDefinition definition, string device) =>
        new($"kernel {definition.Name} has no form on {device}: use another kernel or --device cpu");
}
