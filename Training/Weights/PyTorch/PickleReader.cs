using System.Buffers.Binary;
using System.Text;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>
/// Reads the pickle of a PyTorch weight file. A pickle is a program for a stack machine that can call anything in Python; this machine knows
/// only the operations that dictionaries of tensors need, and it runs nothing: calls are turned into values by <see cref="PickleGlobals"/>.
/// </summary>
/// <remarks>
/// Operations: Python's <c>pickletools</c>, protocols 2 to 5. Values: null, bool, long, double, string, <c>object?[]</c> for tuples,
/// <c>List&lt;object?&gt;</c> for lists, and those of this folder. No operation makes more than a fixed number of objects for a byte read, so memory stays
/// proportional to the pickle.
/// </remarks>
internal sealed class PickleReader
{
    private const string Advice = "in PyTorch, torch.save(model.state_dict(), path) makes a file that can be read";

    // Not thrown on half a character: names are only compared and shown.
    private static readonly UTF8Encoding _text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private readonly string _file;
    private readonly byte[] _pickle;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;

    private PickleReader(string file, byte[] pickle) => (_file, _pickle) = (file, pickle);

    /// <summary>Reads the one value of a pickle.</summary>
    /// <param name="file">The weight file, for messages.</param>
    /// <param name="pickle">The pickle's bytes.</param>
    /// <exception cref="WeightFileException">The pickle is damaged or asks for something that weights do not need.</exception>
    public static object? Read(string file, byte[] pickle)
    {
        PickleReader reader = new(file, pickle);
        while (true)
        {
            byte operation = reader.Take(1)[0];
            if (operation == (byte)'.')
                return reader.Pop();
            reader.Execute(operation);
        }
    }

    private void Execute(byte operation)
    {
        switch ((char)operation)
        {
            case '\x80':
                RequireProtocol(Take(1)[0]);
                break;
            case '\x95':
                // The length of a frame, which only serves readers of a stream.
                Take(sizeof(ulong));
                break;
            case '(':
                _marks.Push(_stack.Count);
                break;
            case 'N' or '\x88' or '\x89':
                _stack.Add(operation == 'N' ? null : operation == '\x88');
                break;
            case 'J' or 'K' or 'M' or '\x8a':
                _stack.Add(Integer(operation));
                break;
            case 'G':
                _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double))));
                break;
            case 'X':
                _stack.Add(_text.GetString(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))))));
                break;
            case '\x8c':
                _stack.Add(_text.GetString(Take(Take(1)[0])));
                break;
            case 'q' or 'r' or '\x94':
                Remember(operation);
                break;
            case 'h' or 'j':
                Recall(operation == 'h' ? Take(1)[0] : BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))));
                break;
            default:
                Combine(operation);
                break;
        }
    }

    private void Combine(byte operation)
    {
        switch ((char)operation)
        {
            case ')':
                _stack.Add(Array.Empty<object?>());
                break;
            case '\x85' or '\x86' or '\x87':
                _stack.Add(PopLast(operation - '\x84'));
                break;
            case 't':
                _stack.Add(PopToMark());
                break;
            case ']':
                _stack.Add(new List<object?>());
                break;
            case 'a':
                Append([Pop()]);
                break;
            case 'e':
                Append(PopToMark());
                break;
            case '}':
                _stack.Add(new PickleDictionary());
                break;
            case 's':
                SetItems(PopLast(2));
                break;
            case 'u':
                SetItems(PopToMark());
                break;
            case 'c':
                PushGlobal(Line(), Line());
                break;
            case '\x93':
                if (PopLast(2) is not [string module, string name])
                    throw Damaged("a name is not text");
                PushGlobal(module, name);
                break;
            case 'Q':
                _stack.Add(PickleGlobals.Storage(Pop()) ?? throw Damaged("a persistent identifier is not that of a storage"));
                break;
            case 'R':
                Call();
                break;
            case 'b':
                Build();
                break;
            default:
                throw Wrong($"its pickle uses the operation 0x{operation:x2} at byte {_position - 1}, which weights do not need; {Advice}");
        }
    }

    private void RequireProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
            throw Wrong($"its pickle is of protocol {protocol}; 2 to 5 are read");
    }

    private long Integer(byte operation)
    {
        switch ((char)operation)
        {
            case 'J':
                return BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
            case 'K':
                return Take(1)[0];
            case 'M':
                return BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
            default:
                ReadOnlySpan<byte> bytes = Take(Take(1)[0]);
                if (bytes.Length > sizeof(long))
                    throw Wrong($"its pickle holds an integer of {bytes.Length} bytes; at most 8 are read");

                // Two's complement of any length, little-endian: the sign fills what is not given.
                Span<byte> extended = stackalloc byte[sizeof(long)];
                extended.Fill(bytes is [.., >= 0x80] ? (byte)0xff : (byte)0);
                bytes.CopyTo(extended);
                return BinaryPrimitives.ReadInt64LittleEndian(extended);
        }
    }

    private void Remember(byte operation)
    {
        long index = (char)operation switch
        {
            'q' => Take(1)[0],
            'r' => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))),
            _ => _memo.Count,
        };
        object? value = Pop();
        _memo[index] = value;
        _stack.Add(value);
    }

    private void Recall(long index) =>
        _stack.Add(_memo.TryGetValue(index, out object? value) ? value : throw Damaged($"there is no value number {index}"));

    private void Append(object?[] values)
    {
        if (Peek() is not List<object?> list)
            throw Damaged("something that is no list is appended to");
        list.AddRange(values);
    }

    private void SetItems(object?[] keysAndValues)
    {
        if (Peek() is not PickleDictionary dictionary || keysAndValues.Length % 2 != 0)
            throw Damaged("items are set in something that is no dictionary");
        for (int i = 0; i < keysAndValues.Length; i += 2)
            dictionary.Items.Add(new(keysAndValues[i], keysAndValues[i + 1]));
    }

    private void PushGlobal(string module, string name)
    {
        PickleGlobal global = new(module, name);
        if (!PickleGlobals.IsKnown(global))
            throw Wrong($"its pickle asks for '{OneLine.Text(global.ToString())}', which weights do not need and which is not run; {Advice}");
        _stack.Add(global);
    }

    private void Call()
    {
        if (PopLast(2) is not [PickleGlobal global, object?[] arguments])
            throw Damaged("something that cannot be called is called");
        _stack.Add(PickleGlobals.Call(global, arguments) ?? throw Damaged($"'{global}' is called with arguments that it does not take"));
    }

    // An OrderedDict of weights carries the version numbers of its modules as an attribute; they are not needed.
    private void Build()
    {
        object? state = Pop();
        if (Peek() is not PickleDictionary || state is not PickleDictionary)
            throw Wrong($"its pickle changes the state of an object that is no dictionary; {Advice}");
    }

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Damaged("its stack is empty");

    private object? Pop() => PopLast(1)[0];

    private object?[] PopLast(int count)
    {
        if (_stack.Count - Floor < count)
            throw Damaged("its stack is empty");
        return PopFrom(_stack.Count - count);
    }

    private object?[] PopToMark() => PopFrom(_marks.TryPop(out int mark) ? mark : throw Damaged("a mark is missing"));

    private object?[] PopFrom(int start)
    {
        object?[] values = [.. _stack[start..]];
        _stack.RemoveRange(start, values.Length);
        return values;
    }

    // Nothing below the last mark may be taken, so that a mark never lies above the stack's end.
    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private string Line()
    {
        int length = _pickle.AsSpan(_position).IndexOf((byte)'\n');
        if (length < 0)
            throw Damaged("it ends inside a name");
        string line = _text.GetString(Take(length));
        Take(1);
        return line;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _pickle.Length - _position)
            throw Damaged("it ends too early");
        ReadOnlySpan<byte> bytes = _pickle.AsSpan(_position, (int)count);
        _position += (int)count;
        return bytes;
    }

    private WeightFileException Damaged(string problem) => Wrong($"its pickle is damaged at byte {_position}: {problem}");

    private WeightFileException Wrong(string problem) => new($"'{OneLine.Text(_file)}': {problem}.");
}
