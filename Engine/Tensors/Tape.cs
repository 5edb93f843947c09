using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// What a forward pass did, as a list that is run backwards: reverse-mode automatic differentiation.
/// Each entry knows its output and how to turn the derivative by the output into the derivatives by the inputs.
/// </summary>
internal sealed class Tape
{
    private readonly ReusedObjects<TapeEntry> _entries = new();
    private readonly List<StepMemory> _kept = [];

    /// <summary>The output of the operation whose backward pass is under way; null where none is.</summary>
    public Tensor? Running { get; private set; }

    /// <summary>Notes one operation.</summary>
    /// <param name="step">The step that it belongs to.</param>
    /// <param name="output">Its output.</param>
    /// <param name="keep">What the backward pass reads; it stays in memory until then.</param>
    /// <param name="saved">What the backward pass is given beside the derivative.</param>
    /// <param name="backward">Takes the derivative of the loss by the output and accumulates those by the inputs.</param>
    public void Record<TSaved>(Step step, Tensor output, ReadOnlySpan<StepMemory?> keep, TSaved saved, Action<Step, TSaved, Tensor> backward)
    {
        int first = _kept.Count;
        foreach (StepMemory? memory in keep)
        {
            if (memory is null or Tensor { IsPersistent: true })
                continue;
            memory.Retain();
            _kept.Add(memory);
        }

        TapeEntry<TSaved> entry = _entries.Earlier<TapeEntry<TSaved>>() ?? new TapeEntry<TSaved>();
        entry.Set(step, output, first, saved, backward);
        _entries.Add(entry);
    }

    /// <summary>Runs the entries from the last to the first. Each gradient and each kept tensor goes back to the pool once it was used.</summary>
    public void RunBackwards()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            TapeEntry entry = _entries[i];
            if (entry.Output.Gradient is { } gradient)
            {
                entry.Output.Gradient = null;
                OperationProfile? profile = entry.Output.Device.Profile;
                profile?.BeginBackward(entry.Output.Name, entry.Output.Shape);
                Running = entry.Output;
                entry.Backward(gradient);
                Running = null;
                profile?.EndGradient(default);
                gradient.Release();
            }

            for (int k = _kept.Count - 1; k >= entry.FirstKept; k--)
                _kept[k].Release();
            _kept.RemoveRange(entry.FirstKept, _kept.Count - entry.FirstKept);
        }

        Clear();
    }

    /// <summary>Forgets what was noted.</summary>
    public void Clear()
    {
        for (int i = 0; i < _entries.Count; i++)
            _entries[i].Forget();
        _entries.Rewind();
        _kept.Clear();
    }
}
