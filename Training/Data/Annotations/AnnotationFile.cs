using System.Text.Json;

namespace SegFromScratch.Training.Data.Annotations;

/// <summary>A JSON file of annotations, in memory until disposed.</summary>
internal sealed class AnnotationFile : IDisposable
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = AnnotationLimits.Depth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly byte[] _byteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly JsonDocument _document;

    private AnnotationFile(string path, JsonDocument document)
    {
        _document = document;
        Root = new JsonNode(path, "", document.RootElement);
    }

    /// <summary>The outermost value.</summary>
    public JsonNode Root { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataSetException">The file is missing, too long, no JSON, or nested too deep.</exception>
    public static AnnotationFile Open(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length > AnnotationLimits.FileBytes)
                throw new DataSetException($"{path}: {length} bytes are more than the {AnnotationLimits.FileBytes} that are read; divide the file.");
            ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
            return new AnnotationFile(path, JsonDocument.Parse(bytes.Span.StartsWith(_byteOrderMark) ? bytes[_byteOrderMark.Length..] : bytes, _options));
        }
        catch (JsonException cause)
        {
            string line = cause.LineNumber is { } number ? $", line {number + 1}" : "";
            bool isTooDeep = cause.Message.Contains("maximum configured depth", StringComparison.Ordinal);
            throw new DataSetException(
                $"{path}{line}: {(isTooDeep ? $"nested deeper than {AnnotationLimits.Depth} levels" : "this is not valid JSON")}; export the annotations again.", cause);
        }
        catch (Exception cause) when (cause is UnauthorizedAccessException or IOException and not DataSetException)
        {
            throw new DataSetException($"{path}: {(cause is FileNotFoundException ? "the file is missing" : cause.Message.TrimEnd('.'))}.", cause);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();
}
