using System.Buffers.Binary;
using System.Text;

namespace SegFromScratch.Tests.Weights;

/// <summary>Puts a safetensors file together by hand, right or wrong, without the writer under test.</summary>
internal static class RawSafeTensors
{
    public static byte[] Bytes(string header, params byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. LengthBytes((ulong)json.Length), .. json, .. data];
    }

    public static byte[] LengthBytes(ulong length)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return bytes;
    }
}
