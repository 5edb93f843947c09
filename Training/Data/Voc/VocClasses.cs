namespace SegFromScratch.Training.Data.Voc;

/// <summary>The classes of PASCAL VOC.</summary>
internal static class VocClasses
{
    /// <summary>Background and the 20 classes in VOC's alphabetic order, with the colours of VOC's palette.</summary>
    public static ClassTable Table { get; } = ClassTable.FromNames(
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ]);
}
