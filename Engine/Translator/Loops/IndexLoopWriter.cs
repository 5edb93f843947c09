using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>Writes an implicitly grouped kernel as one loop over its indices.</summary>
internal sealed class IndexLoopWriter(KernelModel model) : LoopWriter(model)
{
    protected override string Interface => "IIndexLoop";

    protected override string Signature => "int start, int end";

    protected override string DefaultName(Variable variable) => variable.Name is "start" or "end" or "next" ? variable.Name + "_" : base.DefaultName(variable);

    protected override void WriteExecute()
    {
        WriteArguments(assigned: false);
        WriteArrays(Model.Body);
        Variable index = Model.Index!;
        string counter = index.IsAssigned ? Name(index) + "_next" : Name(index);
        Code.Line("for (int " + counter + " = start; " + counter + " < end; " + counter + "++)");
        Code.Open();
        if (index.IsAssigned)
            Code.Line("int " + Name(index) + " = " + counter + ";");
        WriteArguments(assigned: true);
        WriteItemBody(Model.Body.Statements);
        Code.Close();
    }
}
