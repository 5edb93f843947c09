using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SegFromScratch.Translator.Writing;

/// <summary>Texts with {0}, {1} … for arguments, as [DeviceIntrinsic] gives them.</summary>
internal static class TemplateText
{
    private static readonly Regex s_hole = new(@"\{(\d+)\}", RegexOptions.CultureInvariant);
    private static readonly Regex s_tight = new(@"^(new )?[\w.:<>{}, ]*?(\(.*\))?$", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    /// <summary>Puts arguments in. What an argument says is not looked through again: it may hold braces of its own.</summary>
    /// <param name="template">The text.</param>
    /// <param name="argument">The argument of a number; true if it stands alone between brackets or commas, so that it needs no brackets of its own.</param>
    public static string Fill(string template, Func<int, bool, string> argument) => s_hole.Replace(template, match =>
    {
        string before = template.Substring(0, match.Index).TrimEnd();
        string after = template.Substring(match.Index + match.Length).TrimStart();
        bool alone = before.Length == 0 ? after.Length == 0 : before[before.Length - 1] is '(' or ',' && after.Length > 0 && after[0] is ')' or ',';
        return argument(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), alone);
    });

    /// <summary>How tightly the text binds: a call or a member does, a cast less, anything else is wrapped to be safe.</summary>
    public static int PrecedenceOf(string template) =>
        template.StartsWith("(", StringComparison.Ordinal) ? Precedence.Unary
        : s_tight.IsMatch(template) ? Precedence.Postfix
        : Precedence.Any;
}
