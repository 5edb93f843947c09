using System.CommandLine;
using SegFromScratch.Training.Recipes;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg recipes</c>: known runs, and what is in them.</summary>
internal static class RecipesCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "A recipe to show; write its text to a file, change it, and train with --recipe FILE.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("recipes", "Lists the recipes of 'seg train --recipe', or shows one.") { name };
        command.SetAction(result => Run(result.GetValue(name)));
        return command;
    }

    private static int Run(string? name)
    {
        if (name is not null)
        {
            System.Console.Out.Write(RecipeCatalog.Text(name));
            return 0;
        }

        Table table = new Table().RoundedBorder().AddColumns("recipe", "what it is");
        foreach (string recipe in RecipeCatalog.Names)
            table.AddRow(Markup.Escape(recipe), Markup.Escape(RecipeCatalog.Summary(recipe)));
        AnsiConsole.Write(table);
        return 0;
    }
}
