namespace SegFromScratch.Training.Data;

/// <summary>Images with their truth, by number. Every member may be called from several threads at once.</summary>
public interface IDataSet
{
    /// <summary>What to call it in messages, such as "camvid train".</summary>
    string Name { get; }

    /// <summary>Samples.</summary>
    int Count { get; }

    /// <summary>Class names; their number is the number of classes.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>A colour for each class, for pictures of masks.</summary>
    IReadOnlyList<(byte R, byte G, byte B)> ClassColors { get; }

    /// <summary>The mask value that counts neither in the loss nor in the metrics; null exactly where <see cref="IsMultiLabel"/>.</summary>
    int? IgnoreIndex { get; }

    /// <summary>True: targets are <see cref="LayerMasks"/>. False: they are <see cref="ClassMap"/>.</summary>
    bool IsMultiLabel { get; }

    /// <summary>The image's file name.</summary>
    string NameOf(int index);

    /// <summary>The sample's name in lists and split files, unique in the folder: the image's file name, with folders and '/' before it where that alone is not unique.</summary>
    string KeyOf(int index) => NameOf(index);

    /// <summary>The image's size, read from its header only.</summary>
    /// <exception cref="DataSetException">The file is missing or damaged.</exception>
    (int Width, int Height) SizeOf(int index);

    /// <summary>Reads and decodes one sample.</summary>
    /// <exception cref="DataSetException">The image or its truth is missing, damaged or impossible.</exception>
    Sample Load(int index);

    /// <summary>Reads the truth of one sample, and not its image where that can be helped.</summary>
    /// <exception cref="DataSetException">The truth is missing, damaged or impossible.</exception>
    SampleTarget LoadTarget(int index) => Load(index).Target;

    /// <summary>The classes that at least one pixel of the sample has, ascending.</summary>
    /// <exception cref="DataSetException">The truth is missing, damaged or impossible.</exception>
    IReadOnlyList<int> ClassesOf(int index) => LoadTarget(index).PresentClasses(ClassNames.Count);
}
