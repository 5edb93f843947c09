using System.Text;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices.OpenCl;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Devices;

/// <summary>A choice is made once for a device, kept, and taken again; a file that is not one counts as none.</summary>
[NonParallelizable]
public sealed class DeviceTuningTests
{
    [TestCase("64 32", 64, 32)]
    [TestCase("1024 0", 1024, 0)]
    [TestCase("1 64", 1, 64)]
    public void A_choice_is_read_as_it_was_written(string text, int group, int rows)
    {
        Assert.That(DeviceTuning.Parse(text), Is.EqualTo(new DeviceTuning(group, rows)));
        Assert.That(new DeviceTuning(group, rows).Text(), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("64")]
    [TestCase("0 32")]
    [TestCase("1025 32")]
    [TestCase("64 65")]
    [TestCase("64 -1")]
    [TestCase("64 99999999999")]
    [TestCase("64 32 1")]
    [TestCase(" 64 32")]
    [TestCase("64 ３2")]
    public void Anything_else_is_no_choice(string text) => Assert.That(DeviceTuning.Parse(text), Is.Null);

    [Test]
    public void A_choice_is_made_once_and_kept()
    {
        using OpenClDevice device = Open();
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        Assert.That(DeviceTuner.Tune(device, cache), Is.True, "nothing is known yet");
        DeviceTuning chosen = device.Tuning;
        string file = Directory.GetFiles(folder.Path).Single();
        Assert.That(DeviceTuner.Tune(device, cache), Is.False);
        Assert.That(device.Tuning, Is.EqualTo(chosen));
        Assert.That(device.Description, Does.EndWith(chosen.ToString()), "a run's log says what was chosen");

        cache.Store(Path.GetFileNameWithoutExtension(file), Encoding.UTF8.GetBytes("32 16"));
        Assert.That(DeviceTuner.Tune(device, cache), Is.False);
        Assert.That(device.Tuning, Is.EqualTo(new DeviceTuning(32, 16)), "what was kept is taken, not what is fast today");

        File.WriteAllText(file, "32 16");
        Assert.That(DeviceTuner.Tune(device, cache), Is.True, "a file without its own hash is not believed");
        cache.Store(Path.GetFileNameWithoutExtension(file), Encoding.UTF8.GetBytes("1000000 16"));
        Assert.That(DeviceTuner.Tune(device, cache), Is.True, "a group that no device has is not believed");
    }

    [Test]
    public void Nothing_is_tried_where_it_is_switched_off_or_there_is_nothing_to_choose()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        using var cpu = new CpuDevice(1);
        Assert.That(DeviceTuner.Tune(cpu, cache), Is.False);
        using OpenClDevice device = Open();
        Environment.SetEnvironmentVariable("SEG_TUNING", "off");
        bool tried = DeviceTuner.Tune(device, cache);
        Environment.SetEnvironmentVariable("SEG_TUNING", null);
        Assert.That(tried, Is.False);
        Assert.That(device.Tuning, Is.EqualTo(DeviceTuning.Default));
        Assert.That(Directory.Exists(folder.Path) ? Directory.GetFiles(folder.Path) : [], Is.Empty);
    }

    [Test]
    public void The_size_of_groups_changes_no_bit()
    {
        using OpenClDevice device = Open();
        float[] Sum(int group)
        {
            device.Tuning = DeviceTuning.Default with { GroupSize = group };
            using var step = new Step(device, training: false, seed: 1);
            HostTensor<double> numbers = new CheckRandom("groups").Normal(new(2, 3, 7, 11));
            Tensor x = step.Input(numbers.Shape, Array.ConvertAll(numbers.Values, value => (float)value), "x");
            return Kernels.BatchNormalization.BatchNormalization.Apply(step, x, null, null, null, null).ToArray();
        }

        float[] expected = Sum(128);
        foreach (int group in (int[])[1, 32, 64, 256])
            Assert.That(Sum(group), Is.EqualTo(expected), $"groups of {group}");
    }

    private static OpenClDevice Open()
    {
        if (!TestDevices.Usable.Contains("opencl"))
            Assert.Ignore("there is no OpenCL device");
        return new OpenClDevice();
    }
}
