namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// The objects that a step made, in order, to be used again by a later step. Training steps make the same objects in the same order,
/// so each finds at its place one that fits, and the managed heap rests.
/// </summary>
/// <typeparam name="TObject">What the objects have in common.</typeparam>
internal sealed class ReusedObjects<TObject>
    where TObject : class
{
    private readonly List<TObject> _objects = [];

    /// <summary>How many objects the running step has made.</summary>
    public int Count { get; private set; }

    /// <summary>The object at a place, in the order in which the running step made them.</summary>
    public TObject this[int place] => _objects[place];

    /// <summary>The object that an earlier step made at the next place, if it is of this type; else null.</summary>
    /// <typeparam name="T">The type that is wanted.</typeparam>
    public T? Earlier<T>()
        where T : class, TObject =>
        Count < _objects.Count ? _objects[Count] as T : null;

    /// <summary>Notes an object at the next place: the earlier one, or another that is to take it from now on.</summary>
    public void Add(TObject made)
    {
        if (Count < _objects.Count)
            _objects[Count] = made;
        else
            _objects.Add(made);
        Count++;
    }

    /// <summary>Begins anew at the first place.</summary>
    public void Rewind() => Count = 0;
}
