using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using SegFromScratch.Translator.Launching;
using SegFromScratch.Translator.Loops;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;
using SegFromScratch.Translator.Reading;
using SegFromScratch.Translator.Writing;

namespace SegFromScratch.Translator;

/// <summary>Translates one kernel: reads it, then writes it for each target.</summary>
internal static class KernelTranslation
{
    /// <summary>The texts. A kernel with problems has none, but still a launcher, so that one mistake is one error.</summary>
    public static KernelTexts Run(KernelContext context, IMethodSymbol method, Location place)
    {
        int groupSize = KernelReader.Option(method, "GroupSize") as int? ?? 0;
        try
        {
            if (KernelReader.Read(context, method, place) is { } kernel && context.Problems.Count == 0)
            {
                string csharp = kernel.Index is not null ? new IndexLoopWriter(kernel).WriteStruct() : WriteGroupLoop(context, kernel);
                if (context.Problems.Count == 0)
                    return new KernelTexts(new OpenClWriter(kernel).WriteProgram(), new CudaWriter(kernel).WriteProgram(), csharp, kernel.UsesBarrier, groupSize);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Outside this method an exception would only warn and drop every kernel's launcher.
            context.Report(place, Rules.Failure, method.Name, e.GetType().Name + ": " + e.Message);
        }

        return new KernelTexts(null, null, "", context.UsesBarrier, groupSize);
    }

    private static string WriteGroupLoop(KernelContext context, KernelModel kernel)
    {
        KernelModel own = ParameterCopies.Of(kernel);
        var plan = new GroupPlan(own.Body, (barrier, reason) => context.Report(barrier.Place, Rules.BarrierPlace, reason));
        return context.Problems.Count == 0 ? new GroupLoopWriter(own, plan, [.. kernel.Parameters.Where(parameter => parameter.IsAssigned)]).WriteStruct() : "";
    }
}
