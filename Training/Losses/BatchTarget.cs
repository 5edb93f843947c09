using System.Buffers;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data.Loading;

namespace SegFromScratch.Training.Losses;

/// <summary>The truth of a batch on the device: class indices, or one plane of zeros and ones a class.</summary>
/// <param name="ClassMap">N x H x W class indices; null where targets are layers.</param>
/// <param name="Layers">N,C,H,W zeros and ones; null where targets are class maps.</param>
public sealed record BatchTarget(DeviceArray<int>? ClassMap, Tensor? Layers)
{
    /// <summary>The class map, for a loss that needs one.</summary>
    /// <exception cref="ArgumentException">The truth is layers.</exception>
    internal DeviceArray<int> RequireClassMap(string loss) =>
        ClassMap ?? throw new ArgumentException($"{loss} needs one class a pixel: choose --loss bce-dice for masks that may overlap");

    /// <summary>The layers, for a loss that needs them.</summary>
    /// <exception cref="ArgumentException">The truth is a class map.</exception>
    internal Tensor RequireLayers(string loss) =>
        Layers ?? throw new ArgumentException($"{loss} needs one mask a class: choose --loss cross-entropy for class maps");

    /// <summary>Copies a batch's truth to the device.</summary>
    /// <param name="step">The step.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="margin">Rows and columns to leave out at each side, for networks with valid convolutions.</param>
    public static BatchTarget Upload(Step step, Batch batch, int margin)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(batch);
        int height = batch.Height - (2 * margin), width = batch.Width - (2 * margin);
        if (batch.LayerCount == 0)
        {
            int[] map = Crop(batch.ClassMap, batch.Count, batch, margin, out int length);
            DeviceArray<int> classMap = step.InputArray<int>(map.AsSpan(0, length), "class map");
            if (margin > 0)
                ArrayPool<int>.Shared.Return(map);
            return new BatchTarget(classMap, null);
        }

        float[] planes = Crop(batch.Layers, batch.Count * batch.LayerCount, batch, margin, out int count);
        Tensor layers = step.Input(new TensorShape(batch.Count, batch.LayerCount, height, width), planes.AsSpan(0, count), "target layers");
        if (margin > 0)
            ArrayPool<float>.Shared.Return(planes);
        return new BatchTarget(null, layers);
    }

    private static T[] Crop<T>(T[] planes, int count, Batch batch, int margin, out int length)
    {
        int height = batch.Height - (2 * margin), width = batch.Width - (2 * margin);
        length = count * height * width;
        if (margin == 0)
            return planes;
        T[] cropped = ArrayPool<T>.Shared.Rent(length);
        for (int row = 0; row < count * height; row++)
        {
            int plane = row / height, y = (row % height) + margin;
            planes.AsSpan((((plane * batch.Height) + y) * batch.Width) + margin, width).CopyTo(cropped.AsSpan(row * width));
        }

        return cropped;
    }
}
