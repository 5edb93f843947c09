using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Polygons;

namespace SegFromScratch.Training.Data.Annotations;

/// <summary>Gathers the images of up to three annotation files, and remembers which file each came from.</summary>
internal sealed class AnnotatedParts
{
    private readonly List<AnnotatedImage> _images = [];
    private readonly List<int[]> _parts = [];
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private int _absent;

    /// <summary>Reads the images of one file.</summary>
    /// <param name="images">The file's images; null for one that is not in the folder.</param>
    /// <exception cref="DataSetException">An image is annotated twice.</exception>
    public void Add(IEnumerable<AnnotatedImage?> images)
    {
        int first = _images.Count;
        foreach (AnnotatedImage? image in images)
        {
            if (image is null)
                _absent++;
            else if (_sources.TryAdd(image.Path, image.Source))
                _images.Add(image);
            else
                throw new DataSetException($"{image.Source}: {Path.GetFileName(image.Path)} is annotated already in {_sources[image.Path]}; remove one of the two.");
        }
        _parts.Add([.. Enumerable.Range(first, _images.Count - first)]);
    }

    /// <summary>The data set of all images read.</summary>
    /// <param name="layout">The layout in words; how many images are missing is added.</param>
    /// <param name="path">What was opened.</param>
    /// <param name="files">The files, in the order in which they were added.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="ignoreIndex">The label that counts nowhere.</param>
    /// <exception cref="DataSetException">None of the images is there.</exception>
    public DataSetContents Contents(string layout, string path, AnnotationParts files, ClassTable classes, byte ignoreIndex)
    {
        if (_images.Count == 0)
            throw new DataSetException($"{files.Train}: none of its {_absent} images is in the folder; put them beside it or into images/.");
        string absent = _absent == 0 ? "" : $", {_absent} images of the annotations are not in the folder";
        int next = 1;
        int[]? validation = files.Validation is null ? null : _parts[next++], test = files.Test is null ? null : _parts[next];
        return new DataSetContents(layout + absent, new PolygonDataSet(FolderNames.DataSetName(path), _images, classes, ignoreIndex) { Root = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))! })
        {
            Given = validation is null && test is null ? null : new GivenParts(_parts[0], validation, test),
        };
    }
}
