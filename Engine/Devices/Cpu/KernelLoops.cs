namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>An implicitly grouped kernel as a loop over its indices. Made by the translator.</summary>
public interface IIndexLoop
{
    /// <summary>Runs the kernel for the indices from start to end, exclusive.</summary>
    void Execute(int start, int end);
}

/// <summary>An explicitly grouped kernel as loops over the work-items of one group, split at its barriers. Made by the translator.</summary>
public interface IGroupLoop
{
    /// <summary>Runs one group.</summary>
    void Execute(LaunchSize size, int gridX, int gridY, int gridZ);
}
