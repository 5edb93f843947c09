namespace SegFromScratch.Engine.Devices;

/// <summary>The compiled forms of kernels, one for each set of constants. Finding one allocates nothing.</summary>
/// <param name="compile">Compiles a kernel for the values of its constants.</param>
internal sealed class KernelVariants<TKernel>(Func<KernelDefinition, int[], TKernel> compile)
    where TKernel : CompiledKernel
{
    private readonly Dictionary<KernelDefinition, List<(int[] Constants, TKernel Kernel)>> _compiled = [];

    /// <summary>All that were compiled so far.</summary>
    public IEnumerable<TKernel> All => _compiled.Values.SelectMany(variants => variants).Select(variant => variant.Kernel);

    /// <summary>The kernel for these constants, compiled if it is asked for the first time.</summary>
    public TKernel Get(KernelDefinition definition, ReadOnlySpan<int> constants)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (constants.Length != definition.Constants.Count)
            throw new ArgumentException($"kernel {definition.Name} has {definition.Constants.Count} constants and was given {constants.Length}", nameof(constants));
        if (!_compiled.TryGetValue(definition, out List<(int[] Constants, TKernel Kernel)>? variants))
            _compiled[definition] = variants = [];
        foreach ((int[] values, TKernel kernel) in variants)
        {
            if (constants.SequenceEqual(values))
                return kernel;
        }

        int[] copy = constants.ToArray();
        TKernel compiled = compile(definition, copy);
        variants.Add((copy, compiled));
        return compiled;
    }
}
