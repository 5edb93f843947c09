namespace SegFromScratch.Engine.Tensors;

/// <summary>One operation on the tape.</summary>
internal abstract class TapeEntry
{
    private Tensor? _output;

    /// <summary>What the operation computed.</summary>
    public Tensor Output => _output!;

    /// <summary>Where on the tape's list the memory begins that the operation keeps.</summary>
    public int FirstKept { get; private set; }

    /// <summary>Takes the derivative of the loss by the output and accumulates those by the inputs.</summary>
    public abstract void Backward(Tensor outputGradient);

    /// <summary>Lets go of all it refers to, until a later step uses the entry again.</summary>
    public virtual void Forget() => _output = null;

    private protected void Set(Tensor output, int firstKept) => (_output, FirstKept) = (output, firstKept);
}

/// <summary>One operation on the tape, with what its backward pass is given.</summary>
/// <typeparam name="TSaved">What is given beside the derivative.</typeparam>
internal sealed class TapeEntry<TSaved> : TapeEntry
{
    private Step? _step;
    private TSaved? _saved;
    private Action<Step, TSaved, Tensor>? _backward;

    /// <summary>Notes an operation in place of an earlier step's.</summary>
    public void Set(Step step, Tensor output, int firstKept, TSaved saved, Action<Step, TSaved, Tensor> backward)
    {
        Set(output, firstKept);
        (_step, _saved, _backward) = (step, saved, backward);
    }

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient) => _backward!(_step!, _saved!, outputGradient);

    /// <inheritdoc/>
    public override void Forget()
    {
        base.Forget();
        (_step, _saved, _backward) = (null, default, null);
    }
}
