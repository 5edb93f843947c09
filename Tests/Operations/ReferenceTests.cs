using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Operations;

/// <summary>The references' backward passes against finite differences of their forward passes, in double.</summary>
public sealed class ReferenceTests
{
    public static IEnumerable<TestCaseData> Cases =>
        OperationCatalog.Cases.Select(operationCase => new TestCaseData(operationCase).SetArgDisplayNames($"{operationCase}"));

    [TestCaseSource(nameof(Cases))]
    public void The_reference_agrees_with_finite_differences(OperationCase operationCase) =>
        Assert.That(GradientChecker.CheckReference(operationCase).Where(result => !result.Passed), Is.Empty);
}
