namespace SegFromScratch.Engine.Tensors;

/// <summary>What a step notes: the memory that it made and its tape. Each thread keeps one for its next step, so that the lists grow once and not in every step.</summary>
internal sealed class StepRecord
{
    [ThreadStatic]
    private static StepRecord? s_idle;

    /// <summary>The memory that goes back when the step ends, unless it went before.</summary>
    public List<StepMemory> Made { get; } = [];

    /// <summary>What was done, for the backward pass.</summary>
    public Tape Tape { get; } = new();

    /// <summary>The thread's idle record, or a new one where another step is under way.</summary>
    public static StepRecord Take()
    {
        StepRecord record = s_idle ?? new StepRecord();
        s_idle = null;
        return record;
    }

    /// <summary>Frees what the step made, but the gradients of persistent tensors, and lets go of everything.</summary>
    public void GiveBack()
    {
        foreach (StepMemory memory in Made)
        {
            if (memory is not Tensor { IsKeptByParameter: true })
                memory.Free();
        }

        Made.Clear();
        Tape.Clear();
        s_idle = this;
    }
}
