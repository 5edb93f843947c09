using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SegFromScratch.Tests.Weights;

/// <summary>Puts a PyTorch file together by hand, right or wrong.</summary>
internal static class RawPyTorch
{
    /// <summary>One tensor's place in a pickle.</summary>
    public sealed record View(string Name, string StorageType, string Key, int StorageElements, int Offset, int[] Shape, int[] Strides);

    /// <summary>The archive, with the folder name <c>archive</c>.</summary>
    public static byte[] Archive(byte[] pickle, IReadOnlyDictionary<string, byte[]> storages, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle, level);
            foreach ((string key, byte[] bytes) in storages)
                Add(zip, $"archive/data/{key}", bytes, level);
            Add(zip, "archive/version", "3\n"u8.ToArray(), level);
        }

        return stream.ToArray();
    }

    /// <summary>The pickle of a dictionary of tensors.</summary>
    public static byte[] Pickle(params View[] tensors) =>
        [0x80, 2, (byte)'}', (byte)'(', .. tensors.SelectMany(tensor => (byte[])[.. Text(tensor.Name), .. Tensor(tensor)]), (byte)'u', (byte)'.'];

    public static byte[] Global(string module, string name) => [(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")];

    public static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)'X', .. Integer(bytes.Length), .. bytes];
    }

    private static byte[] Tensor(View view) =>
    [
        .. Global("torch._utils", "_rebuild_tensor_v2"), (byte)'(', (byte)'(', .. Text("storage"), .. Global("torch", view.StorageType), .. Text(view.Key), .. Text("cpu"),
        (byte)'J', .. Integer(view.StorageElements), (byte)'t', (byte)'Q', (byte)'J', .. Integer(view.Offset), .. Tuple(view.Shape), .. Tuple(view.Strides), 0x89,
        .. Global("collections", "OrderedDict"), (byte)')', (byte)'R', (byte)'t', (byte)'R',
    ];

    private static byte[] Tuple(int[] numbers) => [(byte)'(', .. numbers.SelectMany(number => (byte[])[(byte)'J', .. Integer(number)]), (byte)'t'];

    private static byte[] Integer(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes, CompressionLevel level)
    {
        using Stream stream = zip.CreateEntry(name, level).Open();
        stream.Write(bytes);
    }
}
