using SegFromScratch.Training.Data.Transforms;

namespace SegFromScratch.Training.Data.Loading;

/// <summary>
/// Prepares batches in the background. Batches come in order, epoch after epoch without end, and are the same for any number of
/// threads: what happens to a sample depends on (seed, epoch, sample) only. The arrays of returned batches are filled again, so after
/// the first few batches only the decoding of files allocates.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private readonly IDataSet _dataSet;
    private readonly SampleTransform _transform;
    private readonly BatchLoaderOptions _options;
    private readonly EpochOrder _order;
    private readonly Thread[] _workers;
    private readonly object _gate = new();
    private readonly BatchQueue _queue;
    private BatchPosition _next;
    private bool _stopped;

    /// <summary>Starts the threads.</summary>
    /// <exception cref="DataSetException">The first image cannot be read, or there are fewer samples than a batch and DropLast is set.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public BatchLoader(IDataSet dataSet, SampleTransform transform, BatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchesAhead, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Workers, nameof(options));
        (_dataSet, _transform, _options, _next) = (dataSet, transform, options, options.Start);
        BatchesPerEpoch = options.DropLast ? dataSet.Count / options.BatchSize : (dataSet.Count + options.BatchSize - 1) / options.BatchSize;
        if (BatchesPerEpoch == 0)
            throw new DataSetException($"{dataSet.Name}: {dataSet.Count} samples do not fill a batch of {options.BatchSize}; choose a smaller batch.");
        if (options.Start.Epoch < 0 || options.Start.Batch < 0 || options.Start.Batch >= BatchesPerEpoch)
            throw new ArgumentException($"{options.Start}: an epoch has batches 0 to {BatchesPerEpoch - 1}.", nameof(options));
        _order = new EpochOrder(dataSet.Count, options.Seed, options.Shuffle, options.SampleWeights);
        (int sourceWidth, int sourceHeight) = dataSet.SizeOf(0);
        (Width, Height) = transform.OutputSize(sourceWidth, sourceHeight);
        int layerCount = dataSet.IsMultiLabel ? dataSet.ClassNames.Count : 0;
        _queue = new BatchQueue(options.BatchesAhead + 1, () => new Batch(options.BatchSize, Width, Height, layerCount));
        int workers = options.Workers > 0 ? options.Workers : Math.Min(2, Environment.ProcessorCount);
        _workers = [.. Enumerable.Range(0, workers).Select(index => new Thread(Work) { IsBackground = true, Name = $"batch loader {index}" })];
        foreach (Thread worker in _workers)
            worker.Start();
    }

    /// <summary>Batches a pass over the data set gives.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Columns of each sample.</summary>
    public int Width { get; }

    /// <summary>Rows of each sample.</summary>
    public int Height { get; }

    /// <summary>The next batch that <see cref="Next"/> gives; save it to resume a run.</summary>
    public BatchPosition Position
    {
        get
        {
            lock (_gate)
                return _queue.IsEmpty ? _next : _queue.FirstPosition;
        }
    }

    /// <summary>Waits for the next batch. Give it back by <see cref="Return"/>.</summary>
    /// <exception cref="DataSetException">A sample of the batch could not be loaded; the next call gives the batch after it.</exception>
    /// <exception cref="InvalidOperationException">All batches are out: none was returned.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public Batch Next()
    {
        lock (_gate)
        {
            if (_queue.AllOut)
                throw new InvalidOperationException("Every batch of the loader is in use; return one first.");
            while (!_stopped && !_queue.FirstIsReady)
                Monitor.Wait(_gate);
            ObjectDisposedException.ThrowIf(_stopped, this);
            (Batch batch, DataSetException? error) = _queue.TakeFirst();
            if (error is null)
                return batch;
            _queue.Return(batch);
            Monitor.PulseAll(_gate);
            // A fresh exception for a fresh stack; the one from the background thread is inside.
            throw new DataSetException(error.Message, error);
        }
    }

    /// <summary>The batch that <see cref="Next"/> will give, if it is ready: its arrays may be read, and stay as they are until it has been given out and returned. Else null.</summary>
    public Batch? PeekReady()
    {
        lock (_gate)
            return _queue.FirstWithoutError;
    }

    /// <summary>Gives a batch back, to be filled again.</summary>
    /// <exception cref="InvalidOperationException">The batch is not out.</exception>
    public void Return(Batch batch)
    {
        lock (_gate)
        {
            _queue.Return(batch);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The batches left of the current epoch, each returned when the next one is asked for.</summary>
    public IEnumerable<Batch> Epoch()
    {
        bool isLast = false;
        while (!isLast)
        {
            Batch batch = Next();
            isLast = batch.EndsEpoch;
            try
            {
                yield return batch;
            }
            finally
            {
                Return(batch);
            }
        }
    }

    /// <summary>Stops the threads; samples being decoded are finished first. Batches that are out stay readable.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread worker in _workers)
            worker.Join();
    }

    private void Work()
    {
        var renderer = new SampleRenderer();
        while (TakeTicket() is { } ticket)
        {
            DataSetException? error = Fill(ticket, renderer);
            lock (_gate)
            {
                if (_queue.Finish(ticket.Batch, ticket.Slot, error))
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private Ticket? TakeTicket()
    {
        lock (_gate)
        {
            while (!_stopped && !_queue.HasOpenSlot && !_queue.HasFree)
                Monitor.Wait(_gate);
            if (_stopped)
                return null;
            if (!_queue.HasOpenSlot)
                OpenNextBatch();
            (Batch batch, int slot) = _queue.TakeSlot();
            int rank = (batch.Position.Batch * _options.BatchSize) + slot;
            return new Ticket(batch, slot, _order.Of(batch.Position.Epoch)[rank], rank);
        }
    }

    private void OpenNextBatch()
    {
        bool endsEpoch = _next.Batch == BatchesPerEpoch - 1;
        int count = Math.Min(_options.BatchSize, _dataSet.Count - (_next.Batch * _options.BatchSize));
        _queue.Open(_next, count, endsEpoch);
        _next = endsEpoch ? new BatchPosition(_next.Epoch + 1, 0) : _next with { Batch = _next.Batch + 1 };
    }

    private DataSetException? Fill(Ticket ticket, SampleRenderer renderer)
    {
        try
        {
            BatchFiller.Fill(ticket.Batch, ticket.Slot, _dataSet.Load(ticket.Sample), _transform, renderer, SeedOf(ticket));
            return null;
        }
        catch (DataSetException exception)
        {
            return exception;
        }
        catch (Exception exception)
        {
            // Whatever it is, it must reach the one who waits for the batch; on this thread it would end the process.
            return new DataSetException($"{_dataSet.Name}, {_dataSet.NameOf(ticket.Sample)}: {exception.Message}", exception);
        }
    }

    // A sample that comes twice in an epoch is changed in two ways.
    private SeededRandom SeedOf(Ticket ticket)
    {
        SeededRandom random = SeededRandom.For(_options.Seed, ticket.Batch.Position.Epoch, ticket.Sample);
        return _order.Repeats ? random.Fork(ticket.Rank) : random;
    }

    private sealed record Ticket(Batch Batch, int Slot, int Sample, int Rank);
}
