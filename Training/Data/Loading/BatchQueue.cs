namespace SegFromScratch.Training.Data.Loading;

/// <summary>
/// The batches of a loader: free ones, those being filled in order of delivery, and those out with the consumer. Not thread-safe:
/// the loader calls it under its lock.
/// </summary>
internal sealed class BatchQueue(int capacity, Func<Batch> create)
{
    private readonly Stack<Batch> _free = new(capacity);
    private readonly Queue<Batch> _inOrder = new(capacity);
    private readonly HashSet<Batch> _out = new(capacity);
    private readonly Dictionary<Batch, Progress> _progress = new(capacity);
    private int _created;
    private Batch? _open;

    public bool IsEmpty => _inOrder.Count == 0;

    public bool AllOut => _out.Count == capacity;

    public bool HasFree => _free.Count > 0 || _created < capacity;

    /// <summary>True where the youngest batch has samples that no thread has taken.</summary>
    public bool HasOpenSlot => _open is not null;

    public bool FirstIsReady => _inOrder.TryPeek(out Batch? first) && _progress[first].Missing == 0;

    /// <summary>The next batch, if it is ready and none of its samples failed.</summary>
    public Batch? FirstWithoutError => FirstIsReady && _progress[_inOrder.Peek()].Error is null ? _inOrder.Peek() : null;

    public BatchPosition FirstPosition => _inOrder.Peek().Position;

    /// <summary>Puts a free batch at the end of the line.</summary>
    public void Open(BatchPosition position, int count, bool endsEpoch)
    {
        if (!_free.TryPop(out Batch? batch))
        {
            batch = create();
            _created++;
        }
        batch.Begin(position, count, endsEpoch);
        _progress[batch] = new Progress(NextSlot: 0, Missing: count, Error: null, ErrorSlot: 0);
        _inOrder.Enqueue(batch);
        _open = batch;
    }

    /// <summary>The next sample to prepare.</summary>
    public (Batch Batch, int Slot) TakeSlot()
    {
        Batch batch = _open!;
        Progress progress = _progress[batch];
        _progress[batch] = progress with { NextSlot = progress.NextSlot + 1 };
        if (progress.NextSlot + 1 == batch.Count)
            _open = null;
        return (batch, progress.NextSlot);
    }

    /// <summary>Notes that a sample is prepared, or why it is not. Of several errors the batch keeps the first sample's, whoever came first.</summary>
    /// <returns>True where its batch is ready now.</returns>
    public bool Finish(Batch batch, int slot, DataSetException? error)
    {
        Progress progress = _progress[batch] with { Missing = _progress[batch].Missing - 1 };
        if (error is not null && (progress.Error is null || slot < progress.ErrorSlot))
            progress = progress with { Error = error, ErrorSlot = slot };
        _progress[batch] = progress;
        return progress.Missing == 0;
    }

    public (Batch Batch, DataSetException? Error) TakeFirst()
    {
        Batch batch = _inOrder.Dequeue();
        _out.Add(batch);
        return (batch, _progress[batch].Error);
    }

    public void Return(Batch batch)
    {
        if (!_out.Remove(batch))
            throw new InvalidOperationException("This batch is not out: it was returned already, or is another loader's.");
        _free.Push(batch);
    }

    private readonly record struct Progress(int NextSlot, int Missing, DataSetException? Error, int ErrorSlot);
}
