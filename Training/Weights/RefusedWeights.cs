using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights;

/// <summary>Weight files that are not read, and files that are not what their name promises, each with the way out.</summary>
internal static class RefusedWeights
{
    private static readonly string[] s_endingsOfPyTorch = [".pth", ".pt"];

    /// <summary>The exception for a file; null where it may be tried.</summary>
    public static WeightFileException? Of(string path) => ForeignFile.Of(path) switch
    {
        ForeignFormat.Hdf5 => Refusal(
            path,
            "Keras's HDF5 is not read; in Python, write its arrays with safetensors.numpy.save_file under the names that 'seg summary' builds its modules from, "
            + "kernels transposed from (rows, columns, in, out) to (out, in, rows, columns)"),
        ForeignFormat.NumPy => Refusal(path, "NumPy's arrays are not read; in Python, write them with safetensors.numpy.save_file"),
        _ when s_endingsOfPyTorch.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && File.Exists(path) && WeightSignatures.Of(path) == WeightSignature.Unknown => Refusal(
            path,
            "by its name this is a PyTorch checkpoint, but it does not begin like one; download it again, for a web page or a Git LFS pointer may lie in its place, "
            + "or write it again with torch.save(model.state_dict(), file)"),
        _ => null,
    };

    private static WeightFileException Refusal(string path, string what) => new($"'{OneLine.Text(path)}': {what}.");
}
