using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Writing;

namespace SegFromScratch.Translator.Loops;

/// <summary>Writes the struct that the cpu device runs: the arguments as fields, and loops over work-items around the kernel's body.</summary>
internal abstract class LoopWriter(KernelModel model) : CSharpWriter
{
    private const string Attributes = "[global::System.Runtime.CompilerServices.SkipLocalsInit]\n[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";
    private bool _needsLabel;

    protected KernelModel Model { get; } = model;

    /// <summary>The struct's text.</summary>
    public string WriteStruct()
    {
        Code.Line("private unsafe struct " + Model.Name + "Loop : global::SegFromScratch.Engine.Devices.Cpu." + Interface);
        Code.Open();
        foreach (NamedConstant constant in Model.Constants)
            Code.Line("private const int " + constant.Name + " = " + NumberText.Integer(constant.Value, false) + ";");
        foreach (string field in Model.Parameters.SelectMany(Parameters))
            Code.Line("public " + field + ";");
        Code.Line();
        Code.Lines(Attributes);
        Code.Line("public void Execute(" + Signature + ")");
        Code.Open();
        WriteExecute();
        Code.Close();
        for (int i = 0; i < Helpers.Count; i++)
        {
            Code.Line();
            WriteHelper(Helpers[i]);
        }

        Code.Close();
        return Code.ToString();
    }

    protected abstract string Interface { get; }

    protected abstract string Signature { get; }

    protected abstract void WriteExecute();

    /// <summary>Copies the arguments to locals: through a field the compiler would read them again after every store.</summary>
    protected void WriteArguments(bool assigned)
    {
        foreach (Variable variable in Model.Parameters.Where(variable => variable.IsAssigned == assigned))
        {
            foreach (string parameter in Parameters(variable))
                Code.Line(parameter + " = this." + parameter.Substring(parameter.LastIndexOf(' ') + 1) + ";");
        }
    }

    /// <summary>Writes the kernel's statements as the body of a loop over work-items.</summary>
    protected void WriteItemBody(IEnumerable<Statement> statements)
    {
        _needsLabel = false;
        _isItem = true;
        _itemNesting = Nesting;
        WriteAll(statements);
        _isItem = false;
        if (_needsLabel)
            Code.Line("next:;");
    }

    private bool _isItem;
    private int _itemNesting;

    // A work-item that returns goes on with the next one.
    protected override void WriteReturn(Return result)
    {
        if (!_isItem)
        {
            base.WriteReturn(result);
            return;
        }

        bool isInnermost = Nesting == _itemNesting;
        _needsLabel |= !isInnermost;
        Code.Line(isInnermost ? "continue;" : "goto next;");
    }
}
