using System.Globalization;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Tests.Devices;

/// <summary>Memory of the host devices: cut to size, joined again, never handed out twice.</summary>
public sealed class HostHeapTests
{
    private const long Segment = 64L << 20;

    [Test]
    public void What_a_large_buffer_left_serves_small_ones_and_comes_together_again()
    {
        var heap = new HostHeap(bytes => new HostBuffer(bytes));
        DeviceBuffer large = heap.Take(Segment);
        nint start = large.HostAddress;
        heap.GiveBack(large);
        DeviceBuffer[] quarters = [.. Enumerable.Range(0, 4).Select(_ => heap.Take(Segment / 4))];
        Assert.That(quarters.Select(quarter => (long)(quarter.HostAddress - start)), Is.EqualTo((long[])[0, Segment / 4, Segment / 2, Segment / 4 * 3]));

        // In an order that joins with the piece before, with the one after, with none and with both.
        foreach (int i in (int[])[1, 3, 2, 0])
            heap.GiveBack(quarters[i]);
        Assert.That(heap.Take(Segment).HostAddress, Is.EqualTo(start));
        Assert.That(heap.Allocations, Is.EqualTo(1));
    }

    [Test]
    public void A_segment_asks_for_large_pages_from_its_first_byte_to_its_last()
    {
        const string settings = "/sys/kernel/mm/transparent_hugepage/enabled", mappings = "/proc/self/smaps";
        if (!File.Exists(settings) || !File.Exists(mappings))
            Assert.Ignore("only Linux tells which memory lies in large pages");
        HostBuffer? segment = null;
        var heap = new HostHeap(bytes => segment = new HostBuffer(bytes));
        heap.Take(1024);
        (nint start, long size) = (segment!.HostAddress, segment.Bytes);
        Assert.That((long)start % LargePages.Size, Is.Zero);
        Assert.That(size % LargePages.Size, Is.Zero);

        // A mapping is a line "from-to ..." and lines of what holds for it; the flag hg says that large pages were asked for.
        long asked = 0;
        (long from, long to) = (0, 0);
        foreach (string line in File.ReadLines(mappings))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] ends = words[0].Split('-');
            if (ends.Length == 2 && long.TryParse(ends[0], NumberStyles.HexNumber, null, out from))
                to = long.Parse(ends[1], NumberStyles.HexNumber, null);
            else if (words[0] == "VmFlags:" && words.Contains("hg"))
                asked += Math.Max(0, Math.Min(to, start + size) - Math.Max(from, start));
        }

        Assert.That(asked, Is.EqualTo(size));
        heap.Close();
    }

    [Test]
    public void The_smallest_piece_that_holds_a_request_is_cut()
    {
        var heap = new HostHeap(bytes => new HostBuffer(bytes));
        DeviceBuffer[] row = [.. ((long[])[1024, 256, 512, 256]).Select(heap.Take)];
        (nint large, nint small) = (row[0].HostAddress, row[2].HostAddress);
        heap.GiveBack(row[0]);
        heap.GiveBack(row[2]);
        Assert.That(heap.Take(512).HostAddress, Is.EqualTo(small));
        Assert.That(heap.Take(512).HostAddress, Is.EqualTo(large));
    }

    [Test]
    public void Buffers_in_use_never_overlap_and_all_memory_goes_back_in_the_end()
    {
        var heap = new HostHeap(bytes => new HostBuffer(bytes));
        var random = new Random(1);
        var used = new List<DeviceBuffer>();
        for (int round = 0; round < 5000; round++)
        {
            if (used.Count > 0 && random.Next(5) < 2 + (used.Count / 100))
            {
                int i = random.Next(used.Count);
                heap.GiveBack(used[i]);
                used.RemoveAt(i);
            }
            else
            {
                used.Add(heap.Take(256L << random.Next(16)));
            }

            (nint Start, nint End)[] ranges = [.. used.Select(buffer => (buffer.HostAddress, buffer.HostAddress + (nint)buffer.Bytes)).Order()];
            for (int i = 1; i < ranges.Length; i++)
                Assert.That(ranges[i].Start >= ranges[i - 1].End, Is.True, $"round {round}");
        }

        used.ForEach(heap.GiveBack);
        heap.Trim();
        Assert.That(heap.BytesReserved, Is.Zero);
    }

    [Test]
    public void Trimming_keeps_segments_that_are_in_use()
    {
        var heap = new HostHeap(bytes => new HostBuffer(bytes));
        DeviceBuffer first = heap.Take(Segment), second = heap.Take(2 * Segment);
        heap.GiveBack(first);
        heap.Trim();
        Assert.That(heap.BytesReserved, Is.InRange(2 * Segment, (2 * Segment) + LargePages.Size));
        heap.GiveBack(second);
        heap.Trim();
        Assert.That(heap.BytesReserved, Is.Zero);
    }

    [Test]
    public void Closing_frees_what_nobody_gave_back_and_makes_its_use_an_error()
    {
        var segments = new List<CountedSegment>();
        var heap = new HostHeap(bytes =>
        {
            segments.Add(new CountedSegment(bytes));
            return segments[^1];
        });
        DeviceBuffer weights = heap.Take(Segment);
        DeviceBuffer other = heap.Take(2 * Segment);
        heap.GiveBack(other);
        heap.Close();
        Assert.That(segments.Select(segment => segment.Disposals), Is.EqualTo((int[])[1, 1]));
        Assert.That(heap.BytesReserved, Is.Zero);
        Assert.That(() => weights.HostAddress, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => heap.Take(256), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => heap.GiveBack(weights), Throws.Nothing);
    }

    [Test]
    public void A_closed_device_keeps_no_weights()
    {
        var device = new CpuDevice(1);
        Tensor weights = Tensor.Persistent(device, TensorShape.Vector(1000));
        Assert.That(device.Pool.BytesReserved, Is.Positive);
        device.Dispose();
        Assert.That(device.Pool.BytesReserved, Is.Zero);
        Assert.That(() => weights.ToArray(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(weights.Discard, Throws.Nothing);
    }

    [Test]
    public void Where_a_generous_segment_cannot_be_had_one_of_just_the_size_is_taken()
    {
        var heap = new HostHeap(bytes => bytes > 1024 ? throw new OutOfDeviceMemoryException("none") : new HostBuffer(bytes));
        DeviceBuffer buffer = heap.Take(512);
        Assert.That(buffer.Bytes, Is.EqualTo(512));
        Assert.That(() => heap.Take(2048), Throws.TypeOf<OutOfDeviceMemoryException>());
    }

    private sealed class CountedSegment(long bytes) : DeviceBuffer(bytes)
    {
        private readonly HostBuffer _memory = new(bytes);

        public int Disposals { get; private set; }

        public override nint HostAddress => _memory.HostAddress;

        public override void Dispose()
        {
            Disposals++;
            _memory.Dispose();
        }
    }
}
