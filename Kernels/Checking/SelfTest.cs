using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Kernels.Checking;

/// <summary>A few real operations against their references, before a device is trusted: drivers exist that compute silently wrong.</summary>
public static class SelfTest
{
    private static readonly string[] s_operations = ["addition", "convolution", "max pooling", "batch normalization", "cross entropy"];

    /// <summary>Runs one case of each of a few operations.</summary>
    /// <returns>Null if all are right, else one line that says what is wrong.</returns>
    public static string? Run(Device device)
    {
        foreach (string operation in s_operations)
        {
            OperationCase operationCase = OperationCatalog.Cases.First(c => c.Operation == operation);
            try
            {
                if (GradientChecker.CheckDevice(operationCase, device).FirstOrDefault(result => !result.Passed) is { } failure)
                    return $"computes wrongly: {failure}";
            }
            catch (DeviceException e)
            {
                return e.Message;
            }
        }

        return null;
    }
}
