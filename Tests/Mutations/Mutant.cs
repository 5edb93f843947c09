using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Mutations;

/// <summary>
/// A compiled copy of the kernels, loaded beside the real ones. Its types have the same names but are other types,
/// so its own checks are called by reflection; the engine's devices are shared.
/// </summary>
internal sealed class Mutant : IDisposable
{
    private readonly AssemblyLoadContext _context = new("mutant", isCollectible: true);
    private readonly Type _checker;
    private readonly IEnumerable _cases;

    /// <summary>Loads the assembly. All it refers to resolves to what is loaded already.</summary>
    public Mutant(byte[] assembly)
    {
        using var stream = new MemoryStream(assembly);
        Assembly loaded = _context.LoadFromStream(stream);
        _checker = loaded.GetType(typeof(GradientChecker).FullName!, throwOnError: true)!;
        Type catalog = loaded.GetType(typeof(OperationCatalog).FullName!, throwOnError: true)!;
        _cases = (IEnumerable)Property(catalog, null, nameof(OperationCatalog.Cases));
    }

    /// <summary>Runs the cases of an operation: the reference against finite differences, then the device against the reference.</summary>
    /// <param name="operation">Its name in the catalog.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="channelBlock">The channel block of the tensors.</param>
    /// <returns>One entry a comparison as it is made: what was compared, and the message if it failed.</returns>
    public IEnumerable<(string What, string? Failure)> Check(string operation, Device device, int channelBlock)
    {
        foreach (object operationCase in _cases)
        {
            if ((string)Property(operationCase.GetType(), operationCase, nameof(OperationCase.Operation)) != operation)
                continue;
            foreach ((string, string?) result in Run(nameof(GradientChecker.CheckReference), operationCase))
                yield return result;
            foreach ((string, string?) result in Run(nameof(GradientChecker.CheckDevice), operationCase, device, channelBlock))
                yield return result;
        }
    }

    public void Dispose() => _context.Unload();

    private IEnumerable<(string What, string? Failure)> Run(string check, params object[] arguments)
    {
        var results = (IEnumerable)_checker.GetMethod(check)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        foreach (object result in results)
        {
            bool passed = (bool)Property(result.GetType(), result, nameof(CheckResult.Passed));
            yield return ((string)Property(result.GetType(), result, nameof(CheckResult.What)), passed ? null : $"{result}");
        }
    }

    private static object Property(Type type, object? target, string name) => type.GetProperty(name)!.GetValue(target)!;
}
