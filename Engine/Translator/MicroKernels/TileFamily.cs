using System;

namespace SegFromScratch.Translator.MicroKernels;

/// <summary>What one MicroKernelsAttribute asks for. Equal by value, so that an unchanged request is not written again.</summary>
internal readonly struct TileFamily : IEquatable<TileFamily>
{
    public TileFamily(string @namespace, string className, int lanes, int vectors, int rows)
    {
        Namespace = @namespace;
        ClassName = className;
        Lanes = lanes;
        Vectors = vectors;
        Rows = rows;
    }

    public string Namespace { get; }

    public string ClassName { get; }

    public int Lanes { get; }

    public int Vectors { get; }

    public int Rows { get; }

    public bool Equals(TileFamily other) =>
        Namespace == other.Namespace && ClassName == other.ClassName && Lanes == other.Lanes && Vectors == other.Vectors && Rows == other.Rows;

    public override bool Equals(object? obj) => obj is TileFamily other && Equals(other);

    public override int GetHashCode() => (Namespace + ClassName).GetHashCode() ^ (Lanes << 16) ^ (Vectors << 8) ^ Rows;
}
