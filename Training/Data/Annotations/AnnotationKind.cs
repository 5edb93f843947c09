using System.Text.Json;

namespace SegFromScratch.Training.Data.Annotations;

/// <summary>The formats of annotation files.</summary>
internal enum AnnotationKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>A project or an export of the VGG Image Annotator, version 2.</summary>
    Via,

    /// <summary>One file for many images, as COCO has it.</summary>
    Coco,

    /// <summary>One file an image, as labelme writes it.</summary>
    Labelme,
}

/// <summary>Tells the formats apart by the names at the beginning of a file.</summary>
internal static class AnnotationHead
{
    private const int Bytes = 64 * 1024;

    /// <summary>The format of a file; Unknown where it is no JSON.</summary>
    public static AnnotationKind KindOf(string path)
    {
        (HashSet<string> outer, HashSet<string> inner) = Names(path);
        return outer.Any(name => name.StartsWith("_via_", StringComparison.Ordinal)) || (inner.Contains("filename") && inner.Contains("regions")) ? AnnotationKind.Via
            : outer.Contains("shapes") ? AnnotationKind.Labelme
            : outer.Overlaps(["images", "annotations", "categories"]) ? AnnotationKind.Coco
            : AnnotationKind.Unknown;
    }

    // Member names of the outermost object and of the objects in it, as far as the beginning of the file reaches.
    private static (HashSet<string> Outer, HashSet<string> Inner) Names(string path)
    {
        HashSet<string> outer = [], inner = [];
        byte[] head = new byte[Bytes];
        using FileStream stream = File.OpenRead(path);
        ReadOnlySpan<byte> text = head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        if (text.StartsWith("\uFEFF"u8))
            text = text[3..];
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = AnnotationLimits.Depth, CommentHandling = JsonCommentHandling.Skip }));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth is 1 or 2)
                    (reader.CurrentDepth == 1 ? outer : inner).Add(reader.GetString()!);
            }
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            // What was read up to the fault tells the format; whoever opens the file will say what is wrong with it.
        }
        return (outer, inner);
    }
}
