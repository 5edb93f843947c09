using Google.Protobuf;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>
/// The messages in TensorBoard's event files, by the field numbers of tensorflow/core/util/event.proto (Event, SessionLog) and
/// tensorflow/core/framework/summary.proto (Summary, Summary.Value, Summary.Image, HistogramProto).
/// </summary>
internal static class EventMessage
{
    private const int EventWallTime = 1, EventStep = 2, EventFileVersion = 3, EventSummary = 5, EventSessionLog = 7;
    private const int SessionLogStatus = 1, SessionStatusStart = 1;
    private const int SummaryValue = 1, ValueTag = 1, ValueSimple = 2, ValueImage = 4, ValueHistogramField = 5;
    private const int ImageHeight = 1, ImageWidth = 2, ImageColorSpace = 3, ImageEncoded = 4, ColorSpaceRgb = 3;
    private const int HistogramMinimum = 1, HistogramMaximum = 2, HistogramCount = 3, HistogramSum = 4, HistogramSumOfSquares = 5, HistogramLimits = 6, HistogramCounts = 7;

    /// <summary>The first event of every file.</summary>
    public static byte[] FileVersion(double wallTime)
    {
        using var message = new ProtocolMessage();
        return message.Double(EventWallTime, wallTime).Text(EventFileVersion, "brain.Event:2").ToBytes();
    }

    /// <summary>Tells a TensorBoard that is watching to forget what older files say about this step and later ones.</summary>
    public static byte[] Restart(double wallTime, long step)
    {
        using var message = new ProtocolMessage();
        using var log = new ProtocolMessage();
        return message.Double(EventWallTime, wallTime).Integer(EventStep, step).Message(EventSessionLog, log.Integer(SessionLogStatus, SessionStatusStart)).ToBytes();
    }

    /// <summary>Numbers of one step.</summary>
    public static byte[] Scalars(double wallTime, long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        using var summary = new ProtocolMessage();
        foreach ((string tag, double number) in values)
        {
            using var value = new ProtocolMessage();
            summary.Message(SummaryValue, value.Text(ValueTag, tag).Single(ValueSimple, (float)number));
        }

        return Summary(wallTime, step, summary);
    }

    /// <summary>A picture of red, green and blue, as a PNG.</summary>
    public static byte[] Image(double wallTime, long step, string tag, int width, int height, ReadOnlySpan<byte> png)
    {
        using var summary = new ProtocolMessage();
        using var value = new ProtocolMessage();
        using var image = new ProtocolMessage();
        image.Integer(ImageHeight, height).Integer(ImageWidth, width).Integer(ImageColorSpace, ColorSpaceRgb).Bytes(ImageEncoded, png);
        return Summary(wallTime, step, summary.Message(SummaryValue, value.Text(ValueTag, tag).Message(ValueImage, image)));
    }

    /// <summary>A histogram.</summary>
    public static byte[] Histogram(double wallTime, long step, string tag, ValueHistogram histogram)
    {
        using var summary = new ProtocolMessage();
        using var value = new ProtocolMessage();
        using var counts = new ProtocolMessage();
        counts.Double(HistogramMinimum, histogram.Minimum)
            .Double(HistogramMaximum, histogram.Maximum)
            .Double(HistogramCount, histogram.Count)
            .Double(HistogramSum, histogram.Sum)
            .Double(HistogramSumOfSquares, histogram.SumOfSquares)
            .Doubles(HistogramLimits, histogram.Limits)
            .Doubles(HistogramCounts, histogram.Counts);
        return Summary(wallTime, step, summary.Message(SummaryValue, value.Text(ValueTag, tag).Message(ValueHistogramField, counts)));
    }

    /// <summary>The step of an event; 0 where it names none. All events here name it before their content.</summary>
    public static long StepOf(ReadOnlyMemory<byte> content)
    {
        using var input = new CodedInputStream(content.ToArray());
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == EventStep)
                return input.ReadInt64();
            input.SkipLastField();
        }

        return 0;
    }

    private static byte[] Summary(double wallTime, long step, ProtocolMessage summary)
    {
        using var message = new ProtocolMessage();
        return message.Double(EventWallTime, wallTime).Integer(EventStep, step).Message(EventSummary, summary).ToBytes();
    }
}
