using System.Globalization;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Training.Prediction;

/// <summary>Writes what a network says about a picture.</summary>
public static class PredictionFiles
{
    /// <summary>
    /// Writes files whose names begin alike: <c>-mask.png</c>, the class of each pixel with the classes' colours as palette, or for classes that may overlap <c>-mask1.png</c> and up, black and white;
    /// <c>-overlay.png</c>; <c>-probability</c> with the class's number, 0 to 255 for 0 to 1; <c>-probabilities.npy</c>, Classes x Height x Width float32 numbers.
    /// Classes are numbered as in masks: from 0 where each pixel has one class, from 1 where they may overlap.
    /// </summary>
    /// <param name="path">The beginning of the names, with the folder, which must exist.</param>
    /// <param name="prediction">What to write.</param>
    /// <param name="image">The picture.</param>
    /// <param name="classes">Names and colours.</param>
    /// <param name="outputs">Which files.</param>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public static void Write(string path, Prediction prediction, Image image, NetworkClasses classes, PredictionOutputs outputs = PredictionOutputs.Masks | PredictionOutputs.Overlay)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(classes);
        if (outputs.HasFlag(PredictionOutputs.Overlay))
            WritePng($"{path}-overlay.png", stream => ImageFile.WritePng(stream, Overlaid(image, prediction, classes.Colors)));
        if (outputs.HasFlag(PredictionOutputs.Masks))
            WriteMasks(path, prediction, classes);
        if (outputs.HasFlag(PredictionOutputs.Probabilities))
            WriteProbabilities(path, prediction, classes);
        if (outputs.HasFlag(PredictionOutputs.Npy))
            NpyFile.Write($"{path}-probabilities.npy", prediction.Probabilities, classes.Names.Count, prediction.Height, prediction.Width);
    }

    /// <summary>A prediction painted over its picture.</summary>
    public static Image Overlaid(Image image, Prediction prediction, IReadOnlyList<(byte R, byte G, byte B)> colors)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.Classes is { } classes
            ? Overlay.BlendForeground(image, classes, colors)
            : Overlay.BlendLayers(image, prediction.Layers!.Layers, prediction.Layers.LayerCount, colors);
    }

    private static void WriteMasks(string path, Prediction prediction, NetworkClasses classes)
    {
        if (prediction.Classes is { } map)
        {
            WritePng($"{path}-mask.png", stream => ImageFile.WritePng(stream, map, classes.Colors));
            return;
        }

        LayerMasks layers = prediction.Layers!;
        for (int c = 0; c < layers.LayerCount; c++)
            WriteGrey($"{path}-mask{Number(c, classes)}.png", prediction, Array.ConvertAll(layers.Layer(c).ToArray(), value => (byte)(value * byte.MaxValue)));
    }

    private static void WriteProbabilities(string path, Prediction prediction, NetworkClasses classes)
    {
        int pixels = prediction.Width * prediction.Height;
        for (int c = 0; c < classes.Names.Count; c++)
            WriteGrey($"{path}-probability{Number(c, classes)}.png", prediction, Array.ConvertAll(prediction.Probabilities[(c * pixels)..((c + 1) * pixels)], value => (byte)MathF.Round(value * byte.MaxValue)));
    }

    private static void WriteGrey(string path, Prediction prediction, byte[] pixels) =>
        WritePng(path, stream => ImageFile.WritePng(stream, new Image(prediction.Width, prediction.Height, 1, pixels)));

    private static void WritePng(string path, Action<Stream> write) => AtomicFile.Write(path, write);

    private static string Number(int index, NetworkClasses classes) => (classes.MayOverlap ? index + 1 : index).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Files about a picture.</summary>
[Flags]
public enum PredictionOutputs
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The masks.</summary>
    Masks = 1,

    /// <summary>The masks over the picture.</summary>
    Overlay = 2,

    /// <summary>A grey picture of each class's probabilities.</summary>
    Probabilities = 4,

    /// <summary>All probabilities as numbers.</summary>
    Npy = 8,
}
