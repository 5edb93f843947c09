using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Layers.Classifiers;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>
/// Compares a whole network with PyTorch's answer: the state of the file is loaded by name, and the logits of every head in inference are compared.
/// ImageNet's classifiers are among the networks, because their files start encoders.
/// </summary>
internal static class ModelVerification
{
    /// <summary>The operation's name in the file.</summary>
    public const string Operation = "model";

    private const string BatchCounter = ".num_batches_tracked";

    /// <summary>True if the network is built.</summary>
    public static bool Has(VerificationCase verificationCase) => IsSegmentation(verificationCase) || ClassifierCatalog.Names.Contains(verificationCase.Word("model"));

    /// <summary>Runs the network of a case. The largest error of all heads counts.</summary>
    public static VerificationOutcome Verify(Device device, SafeTensorsFile file, VerificationCase verificationCase)
    {
        Module model = Create(device, verificationCase);
        if (Load(model, file, $"{verificationCase.Name}.state.") is { } problem)
            return new VerificationOutcome(verificationCase, double.NaN, problem);
        using var step = new Step(device, training: false);
        var inputs = new VerificationInputs(step, file, verificationCase);
        Tensor image = inputs.Feature("x");
        Tensor[] heads = model is SegmentationModel segmentation ? [.. segmentation.ForwardAll(step, image).Select(head => head.Logits)] : [model.Forward(step, image)];
        VerificationOutcome[] outcomes = [.. heads.Zip(verificationCase.Outputs, (head, output) => Verifier.Compare(verificationCase, output, head, inputs))];
        foreach ((_, Parameter parameter) in model.Parameters())
            parameter.Value.Discard();
        return outcomes.FirstOrDefault(outcome => !outcome.Passed) ?? outcomes.MaxBy(outcome => outcome.Error)!;
    }

    private static bool IsSegmentation(VerificationCase verificationCase) => ModelCatalog.Models.ContainsKey(verificationCase.Word("model"));

    private static Module Create(Device device, VerificationCase verificationCase)
    {
        string name = verificationCase.Word("model");
        int classes = verificationCase.Integer("classes");
        return IsSegmentation(verificationCase)
            ? ModelCatalog.Create(name, device, classes, new ModelChoices { AuxiliaryHeads = verificationCase.Flag("aux") }, 1)
            : ClassifierCatalog.Create(name, device, classes, 1);
    }

    // Null, or what does not fit.
    private static string? Load(Module model, SafeTensorsFile file, string prefix)
    {
        Dictionary<string, Parameter> parameters = model.Parameters().ToDictionary(p => p.FullName, p => p.Parameter, StringComparer.Ordinal);
        foreach (WeightEntry entry in file.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal) && !entry.Name.EndsWith(BatchCounter, StringComparison.Ordinal)))
        {
            string theirs = entry.Name[prefix.Length..];
            string? ours = WeightNames.Candidates(theirs).FirstOrDefault(parameters.ContainsKey);
            if (ours is null)
                return $"the network has no parameter '{theirs}'";
            parameters.Remove(ours, out Parameter? parameter);
            if (entry.Elements != parameter!.Value.Shape.Elements)
                return $"'{theirs}' has {entry.Elements} elements, and {parameter.Value.Shape} of the network has another number";
            parameter.Value.Write(file.ReadSingle(entry.Name));
        }

        return parameters.Keys.FirstOrDefault() is { } missing ? $"the file has no parameter '{missing}'" : null;
    }
}
