using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace SegFromScratch.Tests.Support;

/// <summary>
/// A fixture for a device, made only where this machine has it. That a device is missing, and why, is said once, by <see cref="TestDevices.Tests_of_operations_run_on"/>,
/// and not by each test that would run on it. The first argument is the device's kind.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class DeviceTestFixtureAttribute(params object[] arguments) : NUnitAttribute, IFixtureBuilder2
{
    private readonly TestFixtureAttribute _fixture = new(arguments);

    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo) => IsUsable ? _fixture.BuildFrom(typeInfo) : [];

    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo, IPreFilter filter) => IsUsable ? _fixture.BuildFrom(typeInfo, filter) : [];

    private bool IsUsable => TestDevices.Usable.Contains((string)arguments[0]);
}
