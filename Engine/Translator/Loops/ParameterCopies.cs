using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>Gives each work-item its own copy of the parameters that a kernel assigns: on a device every work-item has one.</summary>
internal static class ParameterCopies
{
    /// <summary>What a copy is called, since it stands beside the parameter.</summary>
    public static string Name(Variable copy) => copy.Name + "_own";

    /// <summary>The kernel with parameters that nobody assigns. The assigned ones are declared as variables at its start.</summary>
    public static KernelModel Of(KernelModel model)
    {
        if (!model.Parameters.Any(parameter => parameter.IsAssigned))
            return model;
        Variable[] parameters = [.. model.Parameters.Select(parameter => parameter.IsAssigned ? new Variable(parameter.Name, parameter.Type) { Kind = VariableKind.Parameter } : parameter)];
        var copies = model.Parameters.Zip(parameters, (old, given) => (Old: old, Given: given)).Where(pair => pair.Old != pair.Given);
        var body = new Block([.. copies.Select(pair => new Declaration(pair.Old, new VariableReference(pair.Given))), .. model.Body.Statements]);
        return model with { Parameters = parameters, Body = body };
    }
}
