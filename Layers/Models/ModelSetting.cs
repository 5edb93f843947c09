namespace SegFromScratch.Layers.Models;

/// <summary>One of the <see cref="ModelChoices"/>, as configurations and command lines know it.</summary>
/// <param name="Name">Its name, such as <c>output_stride</c>.</param>
/// <param name="Phrase">What it is, for messages: "output stride".</param>
/// <param name="Summary">One line about it.</param>
public sealed record ModelSetting(string Name, string Phrase, string Summary)
{
    private readonly Func<ModelChoices, object?> _value = _ => null;

    /// <summary>Makes a setting.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="phrase">What it is, for messages.</param>
    /// <param name="summary">One line about it.</param>
    /// <param name="value">The choice itself; null if it is left to the network.</param>
    internal ModelSetting(string name, string phrase, string summary, Func<ModelChoices, object?> value)
        : this(name, phrase, summary) => _value = value;

    /// <summary>True if something was chosen.</summary>
    internal bool IsGiven(ModelChoices choices) => _value(choices) is not null;
}
