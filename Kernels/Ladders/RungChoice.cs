using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Ladders;

/// <summary>Which rung of a ladder a device takes.</summary>
public static class RungChoice
{
    /// <summary>The rung for a device: the vector registers of processors, the register tiles of GPUs or, at the precision that was asked for, their tensor cores, the textbook's kernel where it is asked for and to step through.</summary>
    public static Rung For(Device device) => device switch
    {
        { NaiveKernels: true } => Rung.Naive,
        CpuDevice or CompiledDevice { IsProcessor: true } => Rung.VectorTiles,
        CompiledDevice { Precision: MatrixPrecision.TensorFloat32 } => Rung.TensorFloat32,
        CompiledDevice { Precision: MatrixPrecision.BFloat16 } => Rung.BFloat16,
        CompiledDevice => Rung.RegisterTiles,
        _ => Rung.Naive,
    };

    /// <summary>The rung for an operation that has nothing for tensor cores: the register tiles where the device takes those.</summary>
    public static Rung Unrounded(Device device) => Rounds(For(device)) ? Rung.RegisterTiles : For(device);

    /// <summary>Whether a rung multiplies factors of less precision than it was given.</summary>
    public static bool Rounds(Rung rung) => rung is Rung.TensorFloat32 or Rung.BFloat16;
}
