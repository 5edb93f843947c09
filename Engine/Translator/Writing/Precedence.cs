namespace SegFromScratch.Translator.Writing;

/// <summary>How tightly operators bind; C and C# agree.</summary>
internal static class Precedence
{
    public const int Any = 0;
    public const int Conditional = 3;
    public const int Additive = 12;
    public const int Multiplicative = 13;
    public const int Unary = 14;
    public const int Postfix = 15;

    public static int Of(string binaryOperator) => binaryOperator switch
    {
        "||" => 4,
        "&&" => 5,
        "|" => 6,
        "^" => 7,
        "&" => 8,
        "==" or "!=" => 9,
        "<" or "<=" or ">" or ">=" => 10,
        "<<" or ">>" or ">>>" => 11,
        "+" or "-" => Additive,
        _ => Multiplicative,
    };
}
