using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>Compares a whole network with PyTorch's answer: the state of the file is loaded by name, and the logits of every head in inference are compared.</summary>
internal static class ModelVerification
{
    /// <summary>The operation's name in the file.</summary>
    public const string Operation = "model";

    private const string BatchCounter = ".num_batches_tracked";

    /// <summary>True if the network is built.</summary>
    public static bool Has(VerificationCase verificationCase) => ModelCatalog.Models.ContainsKey(verificationCase.Word("model"));

    /// <summary>Runs the network of a case. The largest error of all heads counts.</summary>
    public static VerificationOutcome Verify(Device device, SafeTensorsFile file, VerificationCase verificationCase)
    {
        var choices = new ModelChoices { AuxiliaryHeads = verificationCase.Flag("aux") };
        SegmentationModel model = ModelCatalog.Create(verificationCase.Word("model"), device, verificationCase.Integer("classes"), choices, 1);
        string prefix = $"{verificationCase.Name}.state.";
        var names = model.Parameters().Select(p => p.FullName).ToHashSet();
        string[] state = [.. file.Entries.Select(entry => entry.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name.EndsWith(BatchCounter, StringComparison.Ordinal))];
        if (state.FirstOrDefault(name => !names.Contains(name[prefix.Length..])) is { } unknown)
            return new VerificationOutcome(verificationCase, double.NaN, $"the network has no parameter '{unknown[prefix.Length..]}'");
        if (names.FirstOrDefault(name => !file.Contains(prefix + name)) is { } missing)
            return new VerificationOutcome(verificationCase, double.NaN, $"the file has no parameter '{missing}'");
        foreach ((string name, Parameter parameter) in model.Parameters())
            parameter.Value.Write(file.ReadSingle(prefix + name));
        using var step = new Step(device, training: false);
        var inputs = new VerificationInputs(step, file, verificationCase);
        IReadOnlyList<WeightedLogits> heads = model.ForwardAll(step, inputs.Feature("x"));
        VerificationOutcome[] outcomes = [.. heads.Zip(verificationCase.Outputs, (head, output) => Verifier.Compare(verificationCase, output, head.Logits, inputs))];
        foreach ((_, Parameter parameter) in model.Parameters())
            parameter.Value.Discard();
        return outcomes.FirstOrDefault(outcome => !outcome.Passed) ?? outcomes.MaxBy(outcome => outcome.Error)!;
    }
}
