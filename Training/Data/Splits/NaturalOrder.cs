namespace SegFromScratch.Training.Data.Splits;

/// <summary>Compares names as people read them: runs of digits by their value, all else by character. "slice2" comes before "slice10".</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            int leftDigits = Digits(left), rightDigits = Digits(right), order;
            if (leftDigits > 0 && rightDigits > 0)
            {
                // Without leading zeros the longer number is the greater one; of equal length, the text decides.
                ReadOnlySpan<char> a = left[..leftDigits].TrimStart('0'), b = right[..rightDigits].TrimStart('0');
                order = a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
                left = left[leftDigits..];
                right = right[rightDigits..];
            }
            else
            {
                order = left[0].CompareTo(right[0]);
                left = left[1..];
                right = right[1..];
            }
            if (order != 0)
                return order;
        }
        // Equal but for leading zeros: the ordinal order keeps the comparison total.
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
