namespace SegFromScratch.Training.Data.Layouts;

/// <summary>A way in which a data set lies on the disk.</summary>
internal interface IDataLayout
{
    /// <summary>The name that <c>--layout</c> takes.</summary>
    string Name { get; }

    /// <summary>What must be there, in a few words, such as "images/ with masks/".</summary>
    string Signature { get; }

    /// <summary>True where a path may be a file, false where it must be a folder.</summary>
    bool TakesFile => false;

    /// <summary>True where a path looks like this layout. Reads names and at most the head of a file.</summary>
    /// <param name="path">A folder, or a file for layouts that are one.</param>
    bool IsPresent(string path);

    /// <summary>Opens all samples there are.</summary>
    /// <exception cref="DataSetException">Something is missing, damaged or impossible.</exception>
    DataSetContents Open(string path, DataSetOptions options);
}
