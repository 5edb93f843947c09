namespace SegFromScratch.Layers.Models;

/// <summary>What a caller may choose about a network; null takes the network's own default. A network refuses choices that it does not have.</summary>
/// <param name="BaseFilters">The filters of the first level, on which those of the others depend.</param>
/// <param name="Dropout">The share of activations dropped.</param>
public sealed record ModelChoices(int? BaseFilters = null, float? Dropout = null)
{
    /// <summary>Pixels of the image for each pixel of the encoder's last features: 8 or 16.</summary>
    public int? OutputStride { get; init; }

    /// <summary>True trains with the network's extra outputs: an auxiliary head, or deep supervision.</summary>
    public bool? AuxiliaryHeads { get; init; }

    /// <summary>Refuses impossible choices and those that a network does not have.</summary>
    /// <param name="model">The network's name, for messages.</param>
    /// <param name="offered">What the network lets choose.</param>
    /// <exception cref="ArgumentException">A choice is impossible.</exception>
    internal void Check(string model, ChoiceKinds offered)
    {
        if (BaseFilters is < 1 or > 1024)
            throw new ArgumentException($"the filters of the first level must lie from 1 to 1024, not {BaseFilters}");
        if (Dropout is not (null or (>= 0 and < 1)))
            throw new ArgumentException($"dropout must lie from 0 to below 1, not {Dropout}");
        if (OutputStride is not (null or 8 or 16))
            throw new ArgumentException($"the output stride must be 8 or 16, not {OutputStride}");
        Refuse(Dropout is not null, ChoiceKinds.Dropout, "dropout");
        Refuse(BaseFilters is not null, ChoiceKinds.BaseFilters, "number of filters of the first level");
        Refuse(OutputStride is not null, ChoiceKinds.OutputStride, "output stride");
        Refuse(AuxiliaryHeads is not null, ChoiceKinds.AuxiliaryHeads, "choice of auxiliary heads");

        void Refuse(bool given, ChoiceKinds kind, string what)
        {
            if (given && !offered.HasFlag(kind))
                throw new ArgumentException($"{model} has no free {what}: leave it out");
        }
    }
}

/// <summary>What a network lets choose.</summary>
[Flags]
internal enum ChoiceKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><see cref="ModelChoices.BaseFilters"/>.</summary>
    BaseFilters = 1,

    /// <summary><see cref="ModelChoices.Dropout"/>.</summary>
    Dropout = 2,

    /// <summary><see cref="ModelChoices.OutputStride"/>.</summary>
    OutputStride = 4,

    /// <summary><see cref="ModelChoices.AuxiliaryHeads"/>.</summary>
    AuxiliaryHeads = 8,
}
