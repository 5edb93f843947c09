using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Tests.Translator;

/// <summary>The texts of some kernels, as they were read and found right by a person.</summary>
public sealed class GoldenTests
{
    private static readonly string[] s_names =
    [
        "PlainKernels.Saxpy", "PlainKernels.Filter", "PlainKernels.Activate", "PlainKernels.BoxSum", "PlainKernels.Hash", "PlainKernels.Search",
        "GroupKernels.GroupSum", "GroupKernels.Product",
    ];

    [TestCaseSource(nameof(s_names))]
    public void The_OpenCL_text_is_as_expected(string name) => Compare(Kernel(name).OpenCl, name + ".cl");

    [TestCaseSource(nameof(s_names))]
    public void The_CUDA_text_is_as_expected(string name) => Compare(Kernel(name).Cuda, name + ".cu");

    [TestCaseSource(nameof(s_names))]
    public void The_loops_are_as_expected(string name) => Compare(Kernel(name).CSharp, name + ".loops");

    private static KernelDefinition Kernel(string name) => KernelCatalog.Of(typeof(GoldenTests).Assembly).Single(kernel => kernel.Name == name);

    private static void Compare(string? actual, string file)
    {
        using Stream stream = typeof(GoldenTests).Assembly.GetManifestResourceStream("Golden/" + file) ?? throw new FileNotFoundException(file);
        using var reader = new StreamReader(stream);
        Assert.That(actual + "\n", Is.EqualTo(reader.ReadToEnd()));
    }
}
