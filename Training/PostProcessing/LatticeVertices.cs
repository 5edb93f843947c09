namespace SegFromScratch.Training.PostProcessing;

/// <summary>The lattice points in use, numbered in the order in which they came: a hash table with open addressing.</summary>
/// <param name="dimensions">d: coordinates a point.</param>
internal sealed class LatticeVertices(int dimensions)
{
    private const int FirstCapacity = 1 << 10;

    private int[] _keys = new int[FirstCapacity / 2 * dimensions];
    private int[] _slots = Emptied(FirstCapacity);

    /// <summary>Points in use.</summary>
    public int Count { get; private set; }

    /// <summary>The d coordinates of a point.</summary>
    public ReadOnlySpan<int> Key(int vertex) => _keys.AsSpan(vertex * dimensions, dimensions);

    /// <summary>The number of a point, or -1 if it is not in use. Any thread may ask while nobody adds.</summary>
    public int Find(ReadOnlySpan<int> key) => _slots[Slot(key)];

    /// <summary>The number of a point; a new one if it was not in use.</summary>
    public int FindOrAdd(ReadOnlySpan<int> key)
    {
        int slot = Slot(key);
        if (_slots[slot] >= 0)
            return _slots[slot];
        key.CopyTo(_keys.AsSpan(Count * dimensions, dimensions));
        _slots[slot] = Count++;
        if (2 * Count >= _slots.Length)
            Grow();
        return Count - 1;
    }

    private static int[] Emptied(int capacity)
    {
        var slots = new int[capacity];
        Array.Fill(slots, -1);
        return slots;
    }

    private int Slot(ReadOnlySpan<int> key)
    {
        int mask = _slots.Length - 1;
        for (int slot = Hash(key) & mask; ; slot = (slot + 1) & mask)
        {
            int vertex = _slots[slot];
            if (vertex < 0 || key.SequenceEqual(Key(vertex)))
                return slot;
        }
    }

    private static int Hash(ReadOnlySpan<int> key)
    {
        uint hash = 0;
        foreach (int coordinate in key)
            hash = (hash + (uint)coordinate) * 2654435761;
        return (int)(hash ^ (hash >> 15));
    }

    private void Grow()
    {
        Array.Resize(ref _keys, checked(_keys.Length * 2));
        _slots = Emptied(checked(_slots.Length * 2));
        for (int vertex = 0; vertex < Count; vertex++)
            _slots[Slot(Key(vertex))] = vertex;
    }
}
