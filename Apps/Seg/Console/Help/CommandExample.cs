namespace SegFromScratch.Apps.Seg.Console.Help;

/// <summary>A command line for a command's help.</summary>
/// <param name="Line">What is typed, with <c>seg</c> in front.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record CommandExample(string Line, string Meaning);
