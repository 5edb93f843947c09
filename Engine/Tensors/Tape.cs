using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// What a forward pass did, as a list that is run backwards: reverse-mode automatic differentiation.
/// Each entry knows its output and how to turn the derivative by the output into the derivatives by the inputs.
/// </summary>
internal sealed class Tape
{
    private readonly List<Entry> _entries = [];
    private readonly List<StepMemory> _kept = [];

    /// <summary>Notes one operation.</summary>
    /// <param name="output">Its output.</param>
    /// <param name="keep">What the backward pass reads; it stays in memory until then.</param>
    /// <param name="backward">Takes the derivative of the loss by the output and accumulates those by the inputs.</param>
    public void Record(Tensor output, ReadOnlySpan<StepMemory?> keep, Action<Tensor> backward)
    {
        int first = _kept.Count;
        foreach (StepMemory? memory in keep)
        {
            if (memory is null or Tensor { IsPersistent: true })
                continue;
            memory.Retain();
            _kept.Add(memory);
        }

        _entries.Add(new Entry(output, backward, first));
    }

    /// <summary>Runs the entries from the last to the first. Each gradient and each kept tensor goes back to the pool once it was used.</summary>
    public void RunBackwards()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (entry.Output.Gradient is { } gradient)
            {
                entry.Output.Gradient = null;
                OperationProfile? profile = entry.Output.Device.Profile;
                profile?.BeginBackward(entry.Output.Name, entry.Output.Shape);
                entry.Backward(gradient);
                profile?.EndGradient(default);
                gradient.Release();
            }

            for (int k = _kept.Count - 1; k >= entry.FirstKept; k--)
                _kept[k].Release();
            _kept.RemoveRange(entry.FirstKept, _kept.Count - entry.FirstKept);
        }

        _entries.Clear();
    }

    /// <summary>Forgets what was noted and not run.</summary>
    public void Clear()
    {
        _entries.Clear();
        _kept.Clear();
    }

    private readonly record struct Entry(Tensor Output, Action<Tensor> Backward, int FirstKept);
}
