using System.Collections;
using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;

namespace SegFromScratch.Apps.Seg.Console.Help;

/// <summary>What a command's help says of its parts.</summary>
internal static class HelpText
{
    // Values that together are no longer than this stand in the first column, longer lists in the description.
    private const int MostValuesWidth = 16;

    /// <summary>How a command is typed.</summary>
    public static string Usage(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        IEnumerable<string> path = Ancestors(command).Reverse().Append(command).Select(part => part is RootCommand ? CommandRunner.ProgramName : part.Name);
        IEnumerable<string> required = command.Options.Where(option => option.Required).Select(Label);
        IEnumerable<string> arguments = command.Arguments.Where(argument => !argument.Hidden).Select(argument => Placeholder(Name(argument), argument.Arity));
        string parts = command.Subcommands.Count > 0 ? "[command]" : "";
        string options = command.Options.Any(option => !option.Required) ? "[options]" : "";
        return string.Join(' ', path.Concat(required).Concat(arguments).Append(parts).Append(options).Where(text => text.Length > 0));
    }

    /// <summary>The options of a command's ancestors that hold for it too.</summary>
    public static IEnumerable<Option> Inherited(Command command) => Ancestors(command).SelectMany(ancestor => ancestor.Options).Where(option => option.Recursive);

    /// <summary>An option as it is typed: its names, and what stands for its value.</summary>
    public static string Label(Option option)
    {
        ArgumentNullException.ThrowIfNull(option);
        string names = string.Join(", ", option.Aliases.Where(alias => !alias.StartsWith('/') && alias != option.Name).Append(option.Name).OrderBy(Rank));
        return option.Arity.MaximumNumberOfValues == 0 || IsSwitch(option) ? names : $"{names} {Placeholder(ValueName(option), option.Arity)}";
    }

    /// <summary>What an argument is called.</summary>
    public static string Name(Argument argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return argument.HelpName ?? argument.Name;
    }

    /// <summary>What an option does, its values and what holds without it.</summary>
    public static string Description(Option option)
    {
        ArgumentNullException.ThrowIfNull(option);
        string[] values = Values(option);
        bool isTold = FitsColumn(values) || values.All(value => option.Description?.Contains(value, StringComparison.Ordinal) ?? false);
        string listed = !isTold && !IsSwitch(option) ? $"One of {string.Join(", ", values)}." : "";
        return Join(option.Description, listed, option is { HasDefaultValue: true, Required: false } ? Default(option.GetDefaultValue()) : "");
    }

    /// <summary>What an argument is, and what holds without it.</summary>
    public static string Description(Argument argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return Join(argument.Description, argument.HasDefaultValue ? Default(argument.GetDefaultValue()) : "");
    }

    private static string Placeholder(string name, ArgumentArity arity)
    {
        string values = $"<{name}>{(arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return arity.MinimumNumberOfValues == 0 ? $"[{values}]" : values;
    }

    private static string ValueName(Option option)
    {
        if (option.HelpName is { } name)
            return name;
        string[] values = Values(option);
        if (values.Length > 0)
            return FitsColumn(values) ? string.Join('|', values) : "name";
        return IsNumber(option.ValueType) ? "number" : option.Name.TrimStart('-');
    }

    private static bool FitsColumn(string[] values) => values.Sum(value => value.Length + 1) <= MostValuesWidth;

    private static string[] Values(Option option) => [.. option.GetCompletions(CompletionContext.Empty).Select(item => option.ValueType.IsEnum ? Typed(item.Label) : item.Label)];

    // One letter first, then the name, then what else it may be called.
    private static int Rank(string name) => name.StartsWith("--", StringComparison.Ordinal) ? -name.Length : int.MinValue;

    // Names of enumerations are read in any case, and nobody types capitals.
    private static string Typed(string name) => name.ToLowerInvariant();

    private static bool IsSwitch(Option option) => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) == typeof(bool);

    private static bool IsNumber(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is >= TypeCode.SByte and <= TypeCode.Decimal && !(Nullable.GetUnderlyingType(type) ?? type).IsEnum;

    private static string Default(object? value) => value switch
    {
        null or false or "" => "",
        string text => $"[default: {text}]",
        Enum name => $"[default: {Typed(name.ToString())}]",
        IEnumerable many => string.Join(' ', many.Cast<object>()) is { Length: > 0 } list ? $"[default: {list}]" : "",
        _ => $"[default: {Convert.ToString(value, CultureInfo.InvariantCulture)}]",
    };

    private static string Join(params IEnumerable<string?> texts) => string.Join(' ', texts.Where(text => !string.IsNullOrEmpty(text)));

    private static IEnumerable<Command> Ancestors(Command command)
    {
        for (Command? parent = command.Parents.OfType<Command>().FirstOrDefault(); parent is not null; parent = parent.Parents.OfType<Command>().FirstOrDefault())
            yield return parent;
    }
}
