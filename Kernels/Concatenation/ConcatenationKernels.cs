namespace SegFromScratch.Kernels.Concatenation;

/// <summary>One thread an element of the result; one launch an input.</summary>
public static class ConcatenationKernels
{
    /// <summary>
    /// output[:, firstChannel .. firstChannel + C] = input, for the channel blocks of the output that these channels touch. A block may hold channels of two inputs:
    /// each launch writes its own, and the launch that writes the last channel also writes the zeros that pad it.
    /// </summary>
    /// <param name="index">Below the elements in memory of <paramref name="blocks"/> channel blocks.</param>
    /// <param name="firstChannel">The output channel of the input's channel 0.</param>
    /// <param name="firstBlock">The channel block of <paramref name="firstChannel"/> in the output.</param>
    /// <param name="blocks">How many channel blocks of the output the input touches.</param>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="output">N, all channels, H,W.</param>
    [Kernel]
    public static void Forward(Index1D index, int firstChannel, int firstBlock, int blocks, TensorView input, TensorView output)
    {
        int pixels = output.Layout.Height * output.Layout.Width * output.Layout.ChannelBlock;
        int image = index / (blocks * pixels);
        int target = index + (((image * (output.Layout.ChannelBlocks - blocks)) + firstBlock) * pixels);
        TensorPosition at = output.Layout.Position(target);
        int c = at.C - firstChannel;
        if (c >= 0 && c < input.Layout.Channels)
            output.Data[target] = input[at.N, c, at.Y, at.X];
        else if (at.C >= output.Layout.Channels)
            output.Data[target] = 0f;
    }

    /// <summary>inputGradient = the channels of outputGradient from firstChannel on.</summary>
    [Kernel]
    public static void Backward(Index1D index, int firstChannel, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        inputGradient.Data[index] = at.C < inputGradient.Layout.Channels ? outputGradient[at.N, firstChannel + at.C, at.Y, at.X] : 0f;
    }
}
