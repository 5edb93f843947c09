namespace SegFromScratch.Training.Reports;

/// <summary>Keeps work beside the training to a share of the time that passes: it is done only while all of it so far took no more than that.</summary>
/// <param name="share">The share, such as 0.01.</param>
/// <param name="clock">Null for the system's.</param>
public sealed class WorkBudget(double share, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long? _start;
    private TimeSpan _spent;

    /// <summary>True if more work may be done now; always before the first.</summary>
    public bool Allows => _start is not { } start || _spent <= share * _clock.GetElapsedTime(start);

    /// <summary>Time passes from here on.</summary>
    public void Start() => _start ??= _clock.GetTimestamp();

    /// <summary>Does work and counts its time.</summary>
    public void Spend(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Start();
        long begun = _clock.GetTimestamp();
        work();
        _spent += _clock.GetElapsedTime(begun);
    }
}
