using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// Numbers computed from tensors and kept beside one of them, such as weights in the order a kernel reads them.
/// They hold as long as every tensor they were computed from has the <see cref="Tensor.Version"/> it had then.
/// </summary>
/// <typeparam name="TKey">How they were computed.</typeparam>
internal sealed class DerivedMemory<TKey> : StepMemory
    where TKey : struct, IEquatable<TKey>
{
    private readonly TKey _key;
    private readonly long _floats;
    private readonly Tensor?[] _sources;
    private readonly long[] _versions;

    public DerivedMemory(Tensor owner, TKey key, ReadOnlySpan<Tensor?> sources, long floats, string name)
        : base(owner.Device)
    {
        Take(floats * sizeof(float), owner.MemoryClass, name);
        _key = key;
        _floats = floats;
        _sources = sources.ToArray();
        _versions = Array.ConvertAll(_sources, source => source?.Version ?? 0);
    }

    public ArrayView<float> View => new(Buffer, 0, _floats);

    public bool Holds(in TKey key, ReadOnlySpan<Tensor?> sources)
    {
        if (!_key.Equals(key) || sources.Length != _sources.Length)
            return false;
        for (int i = 0; i < sources.Length; i++)
        {
            if (!ReferenceEquals(sources[i], _sources[i]) || (sources[i]?.Version ?? 0) != _versions[i])
                return false;
        }

        return true;
    }
}
