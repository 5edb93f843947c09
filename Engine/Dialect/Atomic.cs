using System.Runtime.CompilerServices;

namespace SegFromScratch.Engine.Dialect;

/// <summary>
/// Read-modify-write operations that no other work-item can split. Integers only: sums of floats are gathered in a fixed order instead,
/// so that training gives the same bits every time.
/// </summary>
public static class Atomic
{
    /// <summary>Adds to an element and returns what was there before.</summary>
    [DeviceIntrinsic("atomic_add({0}, {1})", "atomicAdd({0}, {1})")]
    public static int Add(ref int target, int value)
    {
        LeaveOutOfRaces(ref target);
        return Interlocked.Add(ref target, value) - value;
    }

    /// <summary>Raises an element to at least a value and returns what was there before.</summary>
    [DeviceIntrinsic("atomic_max({0}, {1})", "atomicMax({0}, {1})")]
    public static int Max(ref int target, int value)
    {
        LeaveOutOfRaces(ref target);
        int seen = Volatile.Read(ref target);
        while (seen < value)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
                break;
            seen = before;
        }

        return seen;
    }

    private static unsafe void LeaveOutOfRaces(ref int target)
    {
        if (WorkItem.Current.Races is { } races)
            races.LeaveOut(Unsafe.AsPointer(ref target));
    }
}
