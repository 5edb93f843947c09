using System.Buffers;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;

namespace SegFromScratch.Training.Prediction;

/// <summary>
/// Runs a network on images of any size: they are padded by mirroring to a size that the network can take, and the logits are cropped back.
/// For networks with valid convolutions the padding also covers the margin that they lose (the overlap-tile strategy of U-Net 2015).
/// </summary>
public static class PaddedInference
{
    /// <summary>Computes the logits of a batch of images.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">N x 3 x H x W normalised values.</param>
    /// <param name="shape">N,3,H,W.</param>
    /// <returns>N x C x H x W logits.</returns>
    public static float[] Logits(SegmentationModel model, ReadOnlySpan<float> images, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        int height = model.InputSizeFor(shape.Height), width = model.InputSizeFor(shape.Width);
        var padded = new TensorShape(shape.Batch, shape.Channels, height, width);
        int top = ((height - shape.Height) / 2), left = ((width - shape.Width) / 2);
        using var step = new Step(model.Device, training: false);
        Tensor input;
        if (padded == shape)
        {
            input = step.Input(shape, images[..(int)shape.Elements], "images");
        }
        else
        {
            float[] mirrored = ArrayPool<float>.Shared.Rent((int)padded.Elements);
            Mirror(images, shape, mirrored, padded, top, left);
            input = step.Input(padded, mirrored.AsSpan(0, (int)padded.Elements), "images");
            ArrayPool<float>.Shared.Return(mirrored);
        }

        Tensor logits = model.Forward(step, input);
        float[] all = logits.ToArray();
        var wanted = new TensorShape(shape.Batch, model.Classes, shape.Height, shape.Width);
        return logits.Shape == wanted ? all : Crop(all, logits.Shape, wanted, top - model.Margin, left - model.Margin);
    }

    private static void Mirror(ReadOnlySpan<float> source, TensorShape from, Span<float> destination, TensorShape to, int top, int left)
    {
        for (int row = 0; row < to.Batch * to.Channels * to.Height; row++)
        {
            int plane = row / to.Height, y = Reflect((row % to.Height) - top, from.Height);
            ReadOnlySpan<float> line = source.Slice(((plane * from.Height) + y) * from.Width, from.Width);
            Span<float> target = destination.Slice(row * to.Width, to.Width);
            for (int x = 0; x < target.Length; x++)
                target[x] = line[Reflect(x - left, from.Width)];
        }
    }

    // ... 2 1 0 1 2 ... n-2 n-1 n-2 ...: the edge itself is not repeated; a single row or column repeats.
    private static int Reflect(int index, int length)
    {
        if (length == 1)
            return 0;
        int period = 2 * (length - 1);
        int wrapped = ((index % period) + period) % period;
        return wrapped < length ? wrapped : period - wrapped;
    }

    private static float[] Crop(float[] source, TensorShape from, TensorShape to, int top, int left)
    {
        var cropped = new float[to.Elements];
        for (int row = 0; row < to.Batch * to.Channels * to.Height; row++)
        {
            int plane = row / to.Height, y = (row % to.Height) + top;
            source.AsSpan((((plane * from.Height) + y) * from.Width) + left, to.Width).CopyTo(cropped.AsSpan(row * to.Width));
        }

        return cropped;
    }
}
