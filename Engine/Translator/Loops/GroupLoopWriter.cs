using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>Writes an explicitly grouped kernel as loops over the work-items of one group.</summary>
internal sealed class GroupLoopWriter : LoopWriter
{
    private readonly GroupPlan _plan;
    private readonly Crossing _crossing;

    /// <param name="model">The kernel.</param>
    /// <param name="plan">Where its loops are cut.</param>
    /// <param name="copies">The variables that are copies of parameters.</param>
    public GroupLoopWriter(KernelModel model, GroupPlan plan, IReadOnlyList<Variable> copies)
        : base(model)
    {
        (_plan, _crossing) = (plan, new Crossing(plan));
        foreach (Variable copy in copies)
            Rename(copy, ParameterCopies.Name(copy));
    }

    protected override string Interface => "IGroupLoop";

    protected override string Signature => "global::SegFromScratch.Engine.Devices.LaunchSize size, int GridIdxX, int GridIdxY, int GridIdxZ";

    public override void Write(Statement statement)
    {
        switch (statement)
        {
            case ItemLoop loop:
                WriteItemLoop(loop);
                break;
            case Declaration declaration when _crossing.Widened.Contains(declaration.Variable):
                if (declaration.Value is { } value)
                    Code.Line(Name(declaration.Variable) + " = " + Text(value) + ";");
                break;
            default:
                base.Write(statement);
                break;
        }
    }

    protected override string DefaultName(Variable variable) => variable.Name is "size" or "item" or "items" or "next" ? variable.Name + "_" : base.DefaultName(variable);

    protected override void WriteExecute()
    {
        WriteArguments(assigned: false);
        foreach (string axis in new[] { "X", "Y", "Z" })
        {
            Code.Line("int GroupDim" + axis + " = size.Group" + axis + ";");
            if (Asks("Grid", "Dim" + axis))
                Code.Line("int GridDim" + axis + " = size.Grid" + axis + ";");
        }

        WriteStorage();
        WriteAll(_plan.Body.Statements);
    }

    private void WriteStorage()
    {
        HashSet<string> names = [.. _plan.Body.All().OfType<Declaration>().Where(declaration => !_crossing.Widened.Contains(declaration.Variable)).Select(declaration => declaration.Variable.Name)];
        WriteConstants(_plan.Body);
        names.UnionWith(Model.Parameters.Select(parameter => parameter.Name));
        if (_crossing.Widened.Count > 0 || _crossing.WidenedArrays.Count > 0)
            Code.Line("int items = size.GroupSize;");
        foreach (ArrayDeclaration array in _plan.Body.All().OfType<ArrayDeclaration>())
        {
            MakeUnique(array.Variable, names);
            string type = TypeName(array.View.Element);
            bool isWidened = _crossing.WidenedArrays.Contains(array);
            Code.Line("int " + LengthName(array.Variable) + " = " + Text(array.Length) + ";");
            Code.Line(type + "* " + Name(array.Variable) + (isWidened ? "_items" : "") + " = stackalloc " + type + "[" + (isWidened ? "items * " : "") + LengthName(array.Variable) + "];");
        }

        foreach (Variable variable in _crossing.Widened)
        {
            MakeUnique(variable, names);
            string storage = Name(variable).TrimStart('@') + "_items";
            Code.Line(TypeName(variable.Type) + "* " + storage + " = stackalloc " + TypeName(variable.Type) + "[items];");
            Rename(variable, storage + "[item]");
        }
    }

    private void WriteItemLoop(ItemLoop loop)
    {
        Code.Line("for (int GroupIdxZ = 0, item = 0; GroupIdxZ < GroupDimZ; GroupIdxZ++)");
        Code.Line("for (int GroupIdxY = 0; GroupIdxY < GroupDimY; GroupIdxY++)");
        Code.Line("for (int GroupIdxX = 0; GroupIdxX < GroupDimX; GroupIdxX++, item++)");
        Code.Open();
        foreach (ArrayDeclaration array in _crossing.WidenedArrays.Where(array => Crossing.Uses(loop, array.Variable)))
            Code.Line(TypeName(array.View) + " " + Name(array.Variable) + " = " + Name(array.Variable) + "_items + item * " + LengthName(array.Variable) + ";");
        foreach (Declaration declaration in _crossing.Repeated(loop))
            base.Write(declaration);
        WriteItemBody(loop.Statements);
        Code.Close();
    }

    private bool Asks(string owner, string member) =>
        Model.Functions.Select(function => (Statement)function.Body).Append(Model.Body).Any(body => body.AllExpressions().Any(expression => expression is WorkItemQuery query && query.Owner == owner && query.Member == member));
}
