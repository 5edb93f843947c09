using System.Diagnostics;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Images;

/// <summary>Python's Pillow (with NumPy) as an oracle: it decodes files with libpng and libjpeg-turbo. Tests that need it are skipped without it.</summary>
internal static class Pillow
{
    /// <summary>Decodes the files named on standard input (one a line) into FILE.pixels: width, height and channels as 32-bit numbers, then
    /// the upright pixels as grey, RGB or RGBA.</summary>
    private const string DecodeScript = """
        import struct, sys
        import numpy
        from PIL import Image, ImageOps
        folder = sys.argv[1]
        for number, path in enumerate(line.rstrip('\n') for line in sys.stdin):
            image = ImageOps.exif_transpose(Image.open(path))
            if image.mode == 'P':
                image = image.convert('RGBA' if 'transparency' in image.info else 'RGB')
            elif image.mode in ('1', 'CMYK', 'LA'):
                image = image.convert({'1': 'L', 'CMYK': 'RGB', 'LA': 'RGBA'}[image.mode])
            elif image.mode.startswith('I'):
                image = Image.fromarray(((numpy.asarray(image).astype('int64') * 255 + 32767) // 65535).astype('uint8'))
            with open(f'{folder}/{number}.pixels', 'wb') as out:
                out.write(struct.pack('<iii', image.width, image.height, len(image.getbands())) + image.tobytes())
        """;

    private static readonly Lazy<string?> Python = new(FindPython);

    /// <summary>What Pillow reads from each file, in the order given.</summary>
    public static IReadOnlyList<Image> Decode(string folder, IEnumerable<string> files)
    {
        string[] paths = [.. files];
        Run(DecodeScript, folder, string.Join('\n', paths));
        List<Image> images = [];
        for (int i = 0; i < paths.Length; i++)
        {
            byte[] content = File.ReadAllBytes(Path.Combine(folder, $"{i}.pixels"));
            images.Add(new Image(BitConverter.ToInt32(content, 0), BitConverter.ToInt32(content, 4), BitConverter.ToInt32(content, 8), content[12..]));
        }

        return images;
    }

    /// <summary>Runs a script with a folder as its argument; the test is skipped where there is no Python with Pillow.</summary>
    public static void Run(string script, string folder, string input = "")
    {
        if (Python.Value is null)
            Assert.Ignore("There is no python3 with Pillow here to compare with.");
        (int status, string errors) = Start(Python.Value!, script, folder, input);
        Assert.That(status, Is.Zero, errors);
    }

    private static string? FindPython() => new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(candidate =>
    {
        try
        {
            return Start(candidate, "import numpy, PIL.Image", "", "").Status == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    private static (int Status, string Errors) Start(string python, string script, string folder, string input)
    {
        ProcessStartInfo start = new(python, ["-c", script, folder]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
