using System.Globalization;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>Where NVRTC may lie: it is part of the CUDA toolkit, not of the driver, and its file names carry its version.</summary>
public static class NvrtcLibrary
{
    private static readonly (int Major, string Linux, string Windows)[] s_versions =
    [
        (13, "libnvrtc.so.13", "nvrtc64_130_0.dll"),
        (12, "libnvrtc.so.12", "nvrtc64_120_0.dll"),
        (11, "libnvrtc.so.11.2", "nvrtc64_112_0.dll"),
    ];

    /// <summary>The file names to try, in order: the newest that the driver knows first, since a driver loads nothing of a newer major version.</summary>
    /// <param name="driverVersion">The newest CUDA version that the driver knows: 12040 for 12.4.</param>
    /// <param name="toolkits">Folders of CUDA toolkits to try beside the system's own paths; they may not exist.</param>
    public static IReadOnlyList<string> Candidates(int driverVersion, IReadOnlyList<string> toolkits)
    {
        ArgumentNullException.ThrowIfNull(toolkits);
        int driver = driverVersion / 1000;
        bool windows = OperatingSystem.IsWindows();
        string[] names =
        [
            .. s_versions.OrderBy(version => version.Major > driver).ThenByDescending(version => version.Major).Select(version => windows ? version.Windows : version.Linux),
            .. windows ? Array.Empty<string>() : ["libnvrtc.so"],
        ];
        string[] folders = windows ? ["bin", Path.Combine("bin", "x64")] : ["lib64", "lib"];
        return [.. names, .. names.SelectMany(name => toolkits.SelectMany(toolkit => folders.Select(folder => Path.Combine(toolkit, folder, name))))];
    }

    /// <summary>The folders of toolkits that the environment names, and the usual one.</summary>
    internal static string[] Toolkits() =>
        [.. new[] { Environment.GetEnvironmentVariable("CUDA_PATH"), Environment.GetEnvironmentVariable("CUDA_HOME"), "/usr/local/cuda" }
            .OfType<string>().Where(folder => folder.Length > 0).Distinct()];

    /// <summary>What to say where the driver is there and NVRTC is not.</summary>
    internal static DeviceAbsence Missing(int driverVersion)
    {
        string major = (driverVersion / 1000).ToString(CultureInfo.InvariantCulture);
        return new DeviceAbsence(
            $"the NVIDIA driver is installed (CUDA {CudaTarget.Version(driverVersion)}), but not NVRTC, its compiler",
            $"install NVRTC {major} (package cuda-nvrtc-{CudaTarget.Version(driverVersion).Replace('.', '-')}, or the CUDA toolkit {major}), or use --device opencl");
    }
}
