namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// Work that is given to the GPU as a whole. A stream's commands are noted instead of run; the graph of them is then launched at once, so that the GPU
/// goes from kernel to kernel without the host. From one time to the next only arguments change: the executable graph is updated, not made anew.
/// </summary>
internal sealed unsafe class CudaGraph(CudaDriver driver) : IDisposable
{
    private nint _executable;

    /// <summary>How many graphs were made from nothing, and how many took over what an earlier one had prepared.</summary>
    public (int Made, int Updated) Counts { get; private set; }

    /// <summary>Notes what the stream is given, from now on.</summary>
    public void Begin(nint stream) => driver.Check(driver.cuStreamBeginCapture(stream, CudaDriver.CaptureRelaxed), "beginning a graph");

    /// <summary>Launches what was noted.</summary>
    public void Launch(nint stream)
    {
        nint graph;
        driver.Check(driver.cuStreamEndCapture(stream, &graph), "ending a graph");
        try
        {
            if (_executable == 0 || !Update(graph))
                Make(graph);
            driver.Check(driver.cuGraphLaunch(_executable, stream), "launching a graph");
        }
        finally
        {
            _ = driver.cuGraphDestroy(graph);
        }
    }

    /// <summary>Drops what was noted.</summary>
    public void Abandon(nint stream)
    {
        nint graph;
        if (driver.cuStreamEndCapture(stream, &graph) == 0 && graph != 0)
            _ = driver.cuGraphDestroy(graph);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_executable != 0)
            _ = driver.cuGraphExecDestroy(_executable);
        _executable = 0;
    }

    private bool Update(nint graph)
    {
        CudaGraphUpdate why;
        if (driver.cuGraphExecUpdate(_executable, graph, &why) != 0)
            return false;
        Counts = Counts with { Updated = Counts.Updated + 1 };
        return true;
    }

    private void Make(nint graph)
    {
        Dispose();
        nint executable;
        driver.Check(driver.cuGraphInstantiate(&executable, graph, 0), "preparing a graph");
        _executable = executable;
        Counts = Counts with { Made = Counts.Made + 1 };
    }
}
