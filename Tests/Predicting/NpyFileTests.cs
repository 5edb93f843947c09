using System.Text;
using SegFromScratch.Tests.Weights;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Tests.Predicting;

/// <summary>Arrays for NumPy, byte by byte, and read by NumPy itself.</summary>
public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void The_header_is_that_of_format_1()
    {
        NpyFile.Write(_folder["a.npy"], [1, -2, 0.5f, 0, 3, 4], 1, 2, 3);
        byte[] bytes = File.ReadAllBytes(_folder["a.npy"]);
        Assert.Multiple(() =>
        {
            Assert.That(bytes[..10], Is.EqualTo(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0 }));
            Assert.That(Encoding.ASCII.GetString(bytes[10..128]), Is.EqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3, ), }".PadRight(117) + "\n"));
            Assert.That(bytes[128..], Is.EqualTo(new byte[] { 0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 0, 63, 0, 0, 0, 0, 0, 0, 64, 64, 0, 0, 128, 64 }));
        });
    }

    [Test]
    public void NumPy_reads_it()
    {
        NpyFile.Write(_folder["a.npy"], [1, -2, 0.5f, 0, 3, 4], 3, 1, 2);
        string read = PyTorchPython.Run("import sys, numpy; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.tolist())", _folder["a.npy"]);
        Assert.That(read.Trim(), Is.EqualTo("float32 (3, 1, 2) [[[1.0, -2.0]], [[0.5, 0.0]], [[3.0, 4.0]]]"));
    }

    [Test]
    public void Sizes_that_do_not_fit_are_refused() => Assert.That(() => NpyFile.Write(_folder["a.npy"], [1, 2, 3], 2, 2), Throws.ArgumentException);
}
