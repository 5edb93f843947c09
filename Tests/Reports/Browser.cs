using System.Diagnostics;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Reports;

/// <summary>Chromium without a window; a test without it is skipped.</summary>
internal static class Browser
{
    private static readonly string[] s_programs = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private static readonly string? s_program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => s_programs.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Opens a page and gives its elements after loading, and a picture of it. What the browser has to say about the page is an error.</summary>
    public static (string Elements, Image Picture) Open(string page, TemporaryFolder folder)
    {
        string picture = folder["page.png"];
        string elements = Elements(page, folder);
        Run(folder, $"--screenshot={picture}", "--window-size=1200,4000", new Uri(page).AbsoluteUri);
        return (elements, ImageFile.Read(picture));
    }

    /// <summary>Opens a page and gives its elements after loading. What the browser has to say about the page is an error.</summary>
    public static string Elements(string page, TemporaryFolder folder) => Run(folder, "--dump-dom", new Uri(page).AbsoluteUri);

    private static string Run(TemporaryFolder folder, params string[] arguments)
    {
        const int LongestSeconds = 240;
        if (s_program is null)
            Assert.Ignore("Chromium is not installed.");
        ProcessStartInfo start = new(s_program!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr", "--hide-scrollbars", $"--user-data-dir={folder["profile"]}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(LongestSeconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Chromium was not done after {LongestSeconds} s: {errors.Result}");
        }

        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        Assert.That(errors.Result.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal)), Is.Empty);
        return output.Result;
    }
}
