using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Profiling;

namespace SegFromScratch.Engine.Tensors;

/// <summary>
/// One training step or one inference: an arena for its tensors and, in training, the tape of what was done.
/// <code>
/// using var step = new Step(device, training: true);
/// Tensor loss = CrossEntropy.Apply(step, network.Forward(step, images), labels);
/// step.Backward(loss);
/// optimizer.Update(step);
/// </code>
/// Everything made in the step goes back to the pool when it ends; gradients of persistent tensors stay until the optimiser has used them.
/// </summary>
public sealed class Step : IDisposable
{
    private readonly int _channelBlock;
    private StepRecord? _record;
    private ulong _randomDraws;

    /// <summary>Begins a step.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="training">True records operations for a backward pass and lets layers behave as in training.</param>
    /// <param name="seed">Fixes what is random in the step, such as dropout.</param>
    /// <param name="channelBlock">The channel block of all tensors of the step; 0 leaves it to the device. Tests choose others.</param>
    public Step(Device device, bool training, ulong seed = 0, int channelBlock = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        Device = device;
        IsTraining = training;
        Seed = seed;
        _channelBlock = channelBlock;
        _record = StepRecords.Of(device)?.Take() ?? new StepRecord();
        device.Profile?.Restart();
    }

    /// <summary>Where the step runs.</summary>
    public Device Device { get; }

    /// <summary>True in training: operations are recorded, dropout drops, normalisation uses the batch.</summary>
    public bool IsTraining { get; }

    /// <summary>Fixes what is random in the step.</summary>
    public ulong Seed { get; }

    /// <summary>Is shown the output of every operation, and then every gradient, as soon as it is computed: to find where numbers go wrong. True says that it is a gradient.</summary>
    public Action<Tensor, bool>? Watch { get; set; }

    /// <summary>Is told on the way back, of each operation, its output and each of its inputs that has a gradient: how data flow through a network. Parameters are inputs too.</summary>
    public Action<Tensor, Tensor>? WatchInputs { get; set; }

    /// <summary>Makes a tensor, not initialised, in the device's layout.</summary>
    public Tensor Create(TensorShape shape, string name, bool requiresGradient = false, MemoryClass memoryClass = MemoryClass.Activations) =>
        Create(new TensorLayout(shape, _channelBlock > 0 ? _channelBlock : Device.ChannelBlock(shape.Channels)), name, requiresGradient, memoryClass);

    /// <summary>Makes a tensor, not initialised, in a given layout.</summary>
    public Tensor Create(TensorLayout layout, string name, bool requiresGradient = false, MemoryClass memoryClass = MemoryClass.Activations)
    {
        Tensor tensor = Noted.NextTensor(Device).Take(layout, requiresGradient && IsTraining, memoryClass, name);
        Noted.Made.Add(tensor);
        return tensor;
    }

    /// <summary>Makes the gradient of a tensor, not initialised, in the same layout.</summary>
    public Tensor CreateGradient(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Create(tensor.Layout, tensor.Name, memoryClass: MemoryClass.Gradients);
    }

    /// <summary>
    /// The memory for the gradient of an input: that of the output's gradient, if it has the same layout and nobody else reads it, else new.
    /// For operations whose loops read each number of the output's gradient only before they write the same number of the input's.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="outputGradient">The derivative that the backward pass was given.</param>
    public Tensor OverwriteGradient(Tensor input, Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (outputGradient.References > 1 || outputGradient.Layout != input.Layout || outputGradient.IsPersistent)
            return CreateGradient(input);
        outputGradient.Retain();
        return outputGradient;
    }

    /// <summary>Makes a tensor from numbers in N,C,H,W order, with channel block 1 where that is how the device takes images, as <paramref name="channelBlock"/> says.</summary>
    public Tensor Input(TensorShape shape, ReadOnlySpan<float> values, string name, bool requiresGradient = false, int channelBlock = 1)
    {
        Tensor tensor = Create(new TensorLayout(shape, channelBlock), name, requiresGradient);
        tensor.Write(values);
        EndCopy(shape, tensor.Bytes);
        return tensor;
    }

    /// <summary>Makes a plain array, not initialised.</summary>
    public DeviceArray<T> CreateArray<T>(int length, string name, MemoryClass memoryClass = MemoryClass.Activations)
        where T : unmanaged
    {
        DeviceArray<T> array = Noted.NextArray<T>(Device).Take(length, memoryClass, name);
        Noted.Made.Add(array);
        return array;
    }

    /// <summary>Makes a plain array from numbers.</summary>
    public DeviceArray<T> InputArray<T>(ReadOnlySpan<T> values, string name)
        where T : unmanaged
    {
        DeviceArray<T> array = CreateArray<T>(values.Length, name);
        array.Write(values);
        EndCopy(new TensorShape(1, 1, 1, values.Length), array.Bytes);
        return array;
    }

    /// <summary>A number that no other call of this step gets, for counter-based random numbers: the same in every run with the same seed.</summary>
    public ulong NextRandomKey() => unchecked((Seed * 0x9E3779B97F4A7C15UL) + (++_randomDraws * 0xD1B54A32D192ED03UL));

    /// <summary>Notes an operation on the tape. Does nothing in inference or where no input needs a gradient.</summary>
    /// <param name="output">The operation's output, made with requiresGradient if any input requires one.</param>
    /// <param name="keep">What the backward pass reads; persistent tensors and nulls may be among them.</param>
    /// <param name="backward">
    /// Takes the derivative of the loss by the output; for each input that requires a gradient it computes one and gives it to <see cref="Accumulate"/>.
    /// </param>
    /// <param name="work">What the forward pass did, for profiles; without it only the time is known.</param>
    public void Record(Tensor output, ReadOnlySpan<StepMemory?> keep, Action<Tensor> backward, Work work = default) =>
        Record(output, keep, backward, static (_, backward, outputGradient) => backward(outputGradient), work);

    /// <summary>
    /// As <see cref="Record(Tensor, ReadOnlySpan{StepMemory}, Action{Tensor}, Work)"/>, for the operations that networks are made of: the backward pass is given what it needs
    /// instead of capturing it, so that a warm step makes no object for it. Write a tuple, and <c>static</c> before the lambda.
    /// </summary>
    /// <typeparam name="TSaved">The type of what is saved.</typeparam>
    /// <param name="output">The operation's output, made with requiresGradient if any input requires one.</param>
    /// <param name="keep">What the backward pass reads; persistent tensors and nulls may be among them.</param>
    /// <param name="saved">What the backward pass is given: tensors, shapes, options. Tensors whose numbers it reads stand in <paramref name="keep"/> too.</param>
    /// <param name="backward">
    /// Takes the step, what was saved and the derivative of the loss by the output; for each input that requires a gradient it computes one and gives it to <see cref="Accumulate"/>.
    /// </param>
    /// <param name="work">What the forward pass did, for profiles; without it only the time is known.</param>
    public void Record<TSaved>(Tensor output, ReadOnlySpan<StepMemory?> keep, TSaved saved, Action<Step, TSaved, Tensor> backward, Work work = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        Device.Profile?.End(work.IsKnown ? work : new Work(output.Name, "forward", 0, 0), output.Shape);
        Watch?.Invoke(output, false);
        if (output.RequiresGradient)
            Noted.Tape.Record(this, output, keep, saved, backward);
    }

    /// <summary>Adds a contribution to the gradient of a tensor. The first one becomes the gradient, so nothing is copied; take no further part in it.</summary>
    /// <param name="tensor">The input of an operation.</param>
    /// <param name="gradient">Its derivative, in its layout. To pass a gradient on unchanged, <see cref="Retain"/> it first.</param>
    /// <param name="work">What it took to compute the gradient, for profiles; without it only the time is known.</param>
    public void Accumulate(Tensor tensor, Tensor gradient, Work work = default)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(gradient);
        if (gradient.Layout != tensor.Layout)
            throw new ArgumentException($"The gradient of '{tensor.Name}' has layout {gradient.Layout}, not {tensor.Layout}.", nameof(gradient));
        Device.Profile?.EndGradient(work);
        Watch?.Invoke(gradient, true);
        if (Noted.Tape.Running is { } output)
            WatchInputs?.Invoke(output, tensor);
        if (!tensor.RequiresGradient)
        {
            gradient.Release();
        }
        else if (tensor.Gradient is not { } existing)
        {
            SetGradient(tensor, gradient);
        }
        else if (existing.References == 1)
        {
            AddInPlace(existing, gradient);
        }
        else if (gradient.References == 1)
        {
            AddInPlace(gradient, existing);
            SetGradient(tensor, gradient);
        }
        else
        {
            // Both are also somebody else's gradient: sum into memory of our own.
            Tensor sum = CreateGradient(tensor);
            TapeLauncher.Fill(Device, sum.Layout.Length, sum.Data, 0f);
            AddInPlace(sum, existing);
            AddInPlace(sum, gradient);
            SetGradient(tensor, sum);
        }
    }

    /// <summary>Says that one more needs the memory: to pass a gradient on unchanged to more than one input.</summary>
    public static void Retain(StepMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Retain();
    }

    /// <summary>
    /// Says that the forward code does not use a tensor again. In inference its memory is free at once; in training as soon as no backward pass keeps it.
    /// </summary>
    public static void Release(StepMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (memory is not Tensor { IsPersistent: true })
            memory.Release();
    }

    /// <summary>Runs the tape backwards from a scalar: afterwards the trained tensors have their gradients.</summary>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Tensor one = CreateGradient(loss);
        TapeLauncher.Fill(Device, one.Layout.Length, one.Data, 1f);
        Backward(loss, one);
    }

    /// <summary>Runs the tape backwards from any tensor with a given cotangent: the derivative of something by that tensor.</summary>
    public void Backward(Tensor output, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!IsTraining)
            throw new InvalidOperationException("An inference step has no tape: begin the step with training: true.");
        if (!output.RequiresGradient)
            throw new InvalidOperationException($"'{output.Name}' depends on nothing that is trained.");
        Device.Profile?.BeginBackward("start of the way back", output.Shape);
        Accumulate(output, cotangent);
        Noted.Tape.RunBackwards();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_record is not { } record)
            return;
        _record = null;
        record.End();
        StepRecords.Of(Device)?.GiveBack(record);
    }

    private StepRecord Noted => _record ?? throw new ObjectDisposedException(nameof(Step), "The step has ended.");

    // Host to device: read once, written once.
    private void EndCopy(TensorShape shape, long bytes) => Device.Profile?.End(new Work("copy to the device", "forward", 0, 2 * bytes), shape);

    private static void SetGradient(Tensor tensor, Tensor gradient)
    {
        tensor.Gradient = gradient;
        gradient.IsKeptByParameter = tensor.IsPersistent;
    }

    private void AddInPlace(Tensor target, Tensor source)
    {
        if (Device is CpuDevice { NaiveKernels: false } cpu)
            TapeCpu.Add(cpu, target.Data, source.Data);
        else
            TapeLauncher.Add(Device, target.Layout.Length, target.Data, source.Data);
        source.Release();
        Device.Profile?.End(new Work("sum of gradients", "backward", target.Shape.Elements, 3 * target.Bytes), target.Shape);
    }
}
