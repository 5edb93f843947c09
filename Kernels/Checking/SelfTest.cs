using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.MaxPooling;

namespace SegFromScratch.Kernels.Checking;

/// <summary>A few real operations against their references, before a device is trusted: drivers exist that compute silently wrong.</summary>
public static class SelfTest
{
    // Named here, because making all cases of the catalogue would take half a second at the start of every command.
    private static readonly IOperationCheck[] s_checks = [new AdditionCheck(), new ConvolutionCheck(), new MaxPoolingCheck(), new BatchNormalizationCheck(), new CrossEntropyCheck()];

    /// <summary>Runs one case of each of a few operations.</summary>
    /// <returns>Null if all are right, else one line that says what is wrong.</returns>
    public static string? Run(Device device)
    {
        foreach (IOperationCheck check in s_checks)
        {
            OperationCase operationCase = check.Cases().First();
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
