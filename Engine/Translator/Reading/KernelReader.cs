using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads a kernel method into the model that all targets are written from.</summary>
internal static class KernelReader
{
    /// <summary>The model, or null if the method has not the form of a kernel. Problems are in the context.</summary>
    public static KernelModel? Read(KernelContext context, IMethodSymbol method, Location place)
    {
        if (Form(method) is { } demand)
        {
            context.Report(place, Rules.KernelForm, method.Name, demand);
            return null;
        }

        IBlockOperation? body = context.Sources.Body(context.Compilation, method, context.Cancellation);
        if (body is null)
            return null;
        context.UniqueName(method.Name);
        context.IsImplicit = IsImplicit(method);
        var scope = new Scope(isKernel: true);
        var expressions = new ExpressionReader(context, scope);
        List<Variable> parameters = [.. method.Parameters.Select(parameter => Parameter(context, scope, expressions, parameter))];
        Variable? index = IsImplicit(method) ? parameters[0] : null;
        Block statements = new StatementReader(context, scope, expressions).ReadBody(body);
        CheckBarriers(context, statements, index);
        if (index is not null)
            parameters.RemoveAt(0);

        var model = new KernelModel(method.Name, parameters, index, statements, Option(method, "GroupSize") as int? ?? 0, Option(method, "MayAlias") is true, Summary(method));
        model.Structs.AddRange(context.Structs);
        model.Constants.AddRange(context.Constants);
        model.Functions.AddRange(context.Functions);
        model.Prelude.UnionWith(context.Prelude);
        model.UsesBarrier = context.UsesBarrier;
        return model;
    }

    /// <summary>True if the kernel runs once for each index of an extent.</summary>
    public static bool IsImplicit(IMethodSymbol method) => method.Parameters.Length > 0 && Dialect.IsIndex(method.Parameters[0].Type);

    /// <summary>A named argument of [Kernel], or null.</summary>
    public static object? Option(IMethodSymbol method, string name) =>
        method.GetAttributes().First(data => data.AttributeClass?.ToDisplayString() == Dialect.KernelAttribute).NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value;

    /// <summary>The overloads of a kernel that stand before it; the launcher has one method and one definition a name.</summary>
    public static int Earlier(IMethodSymbol method) =>
        method.ContainingType.GetMembers(method.Name).TakeWhile(member => !SymbolEqualityComparer.Default.Equals(member, method))
            .Count(member => member.GetAttributes().Any(data => data.AttributeClass?.ToDisplayString() == Dialect.KernelAttribute));

    /// <summary>What a method lacks to be a kernel, or null.</summary>
    public static string? Form(IMethodSymbol method)
    {
        if (!method.IsStatic || !method.ReturnsVoid || method.IsGenericMethod || method.DeclaredAccessibility != Accessibility.Public)
            return "a public static void method that is not generic";
        if (method.ContainingType is { IsGenericType: true } or { ContainingType: not null } || method.ContainingType.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
            return "in a class that is public or internal, not generic and not nested";
        if (method.Parameters.FirstOrDefault(parameter => parameter.RefKind != RefKind.None) is { } reference)
            return "without ref, in and out parameters such as '" + reference.Name + "'";
        if (method.Parameters.Skip(1).FirstOrDefault(parameter => Dialect.IsIndex(parameter.Type)) is { } late)
            return "written with its Index1D '" + late.Name + "' first";
        return Earlier(method) > 0 ? "the only kernel of its name in its class" : null;
    }

    private static Variable Parameter(KernelContext context, Scope scope, ExpressionReader expressions, IParameterSymbol symbol)
    {
        SyntaxNode place = symbol.DeclaringSyntaxReferences[0].GetSyntax(context.Cancellation);
        var variable = new Variable(symbol.Name, expressions.Types.Read(symbol.Type, place))
        {
            Kind = Dialect.IsSpecialized(symbol.Type) ? VariableKind.Specialized : VariableKind.Parameter,
        };
        scope.Add(symbol, variable);
        return variable;
    }

    private static void CheckBarriers(KernelContext context, Block body, Variable? index)
    {
        if (index is null)
            return;
        foreach (Barrier barrier in body.All().OfType<Barrier>())
            context.Report(barrier.Place, Rules.BarrierPlace, "needs an explicitly grouped kernel: one whose first parameter is no Index1D");
    }

    private static List<string> Summary(IMethodSymbol method)
    {
        SyntaxTree tree = method.DeclaringSyntaxReferences[0].SyntaxTree;
        List<string> lines = [Path.GetFileName(tree.FilePath) + ": " + method.ContainingType.Name + "." + method.Name];
        string xml = method.GetDocumentationCommentXml() ?? "";
        Match summary = Regex.Match(xml, "<summary>(.*?)</summary>", RegexOptions.Singleline);
        string text = Regex.Replace(summary.Groups[1].Value, "<(?:see|paramref|typeparamref)\\s+\\w+=\"(?:\\w:)?([^\"]*)\"\\s*/>", match => match.Groups[1].Value.Split('.').Last());
        text = Regex.Replace(text, "<[^>]*>", "").Replace("&lt;", "<").Replace("&gt;", ">").Replace("&amp;", "&");
        lines.AddRange(text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
        return lines;
    }
}
