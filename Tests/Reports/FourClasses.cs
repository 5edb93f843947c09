using SegFromScratch.Training.Data;

namespace SegFromScratch.Tests.Reports;

/// <summary>Four classes whose masks may overlap, and no images.</summary>
internal sealed class FourClasses : IDataSet
{
    public string Name => "four classes";

    public int Count => 0;

    public IReadOnlyList<string> ClassNames => ClassTable.Steel.Names;

    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => ClassTable.Steel.Colors;

    public int? IgnoreIndex => null;

    public bool IsMultiLabel => true;

    public string NameOf(int index) => throw new NotSupportedException();

    public (int Width, int Height) SizeOf(int index) => throw new NotSupportedException();

    public Sample Load(int index) => throw new NotSupportedException();
}
