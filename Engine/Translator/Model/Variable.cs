namespace SegFromScratch.Translator.Model;

/// <summary>A parameter or a local variable. Identity counts: two variables may have the same name.</summary>
internal sealed class Variable(string name, KernelType type)
{
    private Variable? _root;

    /// <summary>The name in the C# source.</summary>
    public string Name { get; } = name;

    public KernelType Type { get; } = type;

    /// <summary>How the variable came to be.</summary>
    public VariableKind Kind { get; set; } = VariableKind.Local;

    /// <summary>For a parameter passed by reference: where the memory lies.</summary>
    public AddressSpace Space { get; set; }

    /// <summary>True if the variable itself is assigned after its declaration, or passed by reference.</summary>
    public bool IsAssigned { get; set; }

    /// <summary>True if elements are written through this view or tensor, or through a view made of it.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>Says that this view is a window on another.</summary>
    public void ViewOf(Variable? root) => _root = root;

    /// <summary>Marks this view, and those it is a window on, as written.</summary>
    public void MarkWritten()
    {
        for (Variable? view = this; view is not null; view = view._root)
            view.IsWritten = true;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How a variable came to be.</summary>
internal enum VariableKind
{
    Local,
    Parameter,

    /// <summary>A parameter passed by ref: a pointer in C.</summary>
    Reference,

    /// <summary>A parameter passed by out: a pointer in C.</summary>
    Output,

    /// <summary>A specialised value of the kernel: a macro in C.</summary>
    Specialized,
}
