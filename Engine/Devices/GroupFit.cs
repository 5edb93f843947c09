namespace SegFromScratch.Engine.Devices;

/// <summary>Fits launches to the number of work-items that a device can hold in one group of a certain kernel: it depends on the registers the kernel takes.</summary>
public static class GroupFit
{
    /// <summary>
    /// The launch with smaller groups, and enough of them for as many work-items. Only implicitly grouped kernels can be regrouped:
    /// they compare their global index with the extent; the others are written for their group.
    /// </summary>
    /// <param name="definition">The kernel.</param>
    /// <param name="size">The launch, with groups larger than <paramref name="largest"/>.</param>
    /// <param name="largest">The most work-items a group.</param>
    /// <exception cref="DeviceException">The kernel is explicitly grouped.</exception>
    public static LaunchSize Shrink(KernelDefinition definition, LaunchSize size, int largest)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (!definition.IsImplicitlyGrouped)
            throw new DeviceException($"kernel {definition.Name} needs groups of {size.GroupSize} work-items, and this device holds at most {largest} of it: use another kernel or another device");
        long items = (long)size.GridX * size.GroupX;
        return new LaunchSize((int)((items + largest - 1) / largest), largest);
    }
}
