using Google.Protobuf;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>Writes the fields of one protocol-buffer message, by number. As in proto3, fields of value 0 are left out.</summary>
internal sealed class ProtocolMessage : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public ProtocolMessage() => _output = new CodedOutputStream(_bytes, leaveOpen: true);

    public ProtocolMessage Double(int field, double value)
    {
        if (value != 0)
        {
            _output.WriteTag(field, WireFormat.WireType.Fixed64);
            _output.WriteDouble(value);
        }

        return this;
    }

    // A value of a oneof says by its presence which one it is, so a zero is written too.
    public ProtocolMessage Single(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
        return this;
    }

    public ProtocolMessage Integer(int field, long value)
    {
        if (value != 0)
        {
            _output.WriteTag(field, WireFormat.WireType.Varint);
            _output.WriteInt64(value);
        }

        return this;
    }

    public ProtocolMessage Text(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
        return this;
    }

    public ProtocolMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(ByteString.CopyFrom(value));
        return this;
    }

    // Packed: all values in one field.
    public ProtocolMessage Doubles(int field, IReadOnlyCollection<double> values)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteLength(values.Count * sizeof(double));
        foreach (double value in values)
            _output.WriteDouble(value);
        return this;
    }

    public ProtocolMessage Message(int field, ProtocolMessage value) => Bytes(field, value.ToBytes());

    public byte[] ToBytes()
    {
        _output.Flush();
        return _bytes.ToArray();
    }

    public void Dispose()
    {
        _output.Dispose();
        _bytes.Dispose();
    }
}
