using System.Text;

namespace SegFromScratch.Translator.MicroKernels;

/// <summary>The pieces that all micro-kernels of one tile size share: the names of the sums and the multiply-adds.</summary>
internal sealed class TileText
{
    private readonly StringBuilder _text;

    public TileText(StringBuilder text, TileFamily family, int rows)
    {
        _text = text;
        Lanes = family.Lanes;
        Vectors = family.Vectors;
        Rows = rows;
    }

    public int Lanes { get; }

    public int Vectors { get; }

    public int Rows { get; }

    /// <summary>Vector512 or Vector256.</summary>
    public string Vector => $"Vector{Lanes * 32}";

    /// <summary>The end of a kernel's name: rows x vectors.</summary>
    public string Size => $"{Rows}x{Vectors}";

    public static string Sum(int row, int vector) => $"sum{row}x{vector}";

    /// <summary>An offset in floats, left away where it is zero.</summary>
    public static string Plus(string offset) => offset.Length == 0 ? "" : " + " + offset;

    /// <summary>Offset of a vector of a row: <c>row * step + vector * step</c> with the trivial terms left away.</summary>
    public static string Times(int factor, string step) => factor == 0 ? "" : factor == 1 ? step : $"{factor} * {step}";

    /// <summary>Loads the vectors of one step, then adds row value times vector to every sum.</summary>
    public void MultiplyAdd(string indent, string vectorPointer, string vectorStep, System.Func<int, string> rowValue)
    {
        for (int vector = 0; vector < Vectors; vector++)
            _text.AppendLine($"{indent}{Vector}<float> v{vector} = {Vector}.Load({vectorPointer}{Plus(Times(vector, vectorStep))});");
        for (int row = 0; row < Rows; row++)
        {
            _text.AppendLine($"{indent}{Vector}<float> r{row} = {Vector}.Create({rowValue(row)});");
            for (int vector = 0; vector < Vectors; vector++)
                _text.AppendLine($"{indent}{Sum(row, vector)} = {Vector}.MultiplyAddEstimate(r{row}, v{vector}, {Sum(row, vector)});");
        }
    }

    /// <summary>Writes one statement for every sum.</summary>
    public void ForEachSum(string indent, System.Func<int, int, string> statement)
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int vector = 0; vector < Vectors; vector++)
                _text.AppendLine(indent + statement(row, vector));
        }
    }

    /// <summary>The address of a sum in memory.</summary>
    public static string Address(string pointer, int row, string rowStep, int vector, string vectorStep) =>
        pointer + Plus(Times(row, rowStep)) + Plus(Times(vector, vectorStep));
}
