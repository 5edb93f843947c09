using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>Finds the weights in what a PyTorch file holds: the dictionary itself, or one inside, under a name that training programs use.</summary>
internal static class StateDictionary
{
    // Libraries nest at most {"checkpoint": {"model": {...}}}.
    private const int MaximumDepth = 4;

    private static readonly string[] _names = ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights"];

    /// <summary>The names and tensors of the weights, in the file's order.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="root">What the file's pickle holds.</param>
    /// <exception cref="WeightFileException">There are no weights under a known name, or among them is something that is no tensor.</exception>
    public static List<KeyValuePair<string, PickleTensor>> Find(string file, object? root)
    {
        PickleDictionary dictionary = root as PickleDictionary ?? throw Wrong(file, $"it holds {Kind(root)}, not a dictionary of tensors");
        for (int depth = 0; depth < MaximumDepth && Inner(dictionary) is { } inner; depth++)
            dictionary = inner;
        if (!dictionary.Items.Exists(item => item.Value is PickleTensor))
            throw Wrong(file, $"it holds no tensors under a known name ({string.Join(", ", _names)}); its keys are {Keys(dictionary)}");
        return dictionary.Items.ConvertAll(item => Tensor(file, item));
    }

    private static PickleDictionary? Inner(PickleDictionary dictionary) =>
        _names.Select(name => dictionary.Items.FindLast(item => item.Key is string key && key == name).Value).OfType<PickleDictionary>().FirstOrDefault();

    private static KeyValuePair<string, PickleTensor> Tensor(string file, KeyValuePair<object?, object?> item)
    {
        if (item.Key is not string name)
            throw Wrong(file, $"a name among its tensors is {Kind(item.Key)}, not text");
        return item.Value is PickleTensor tensor ? new(name, tensor) : throw Wrong(file, $"'{OneLine.Text(name)}' among its tensors is {Kind(item.Value)}");
    }

    private static string Keys(PickleDictionary dictionary) =>
        dictionary.Items.Count == 0 ? "none" : OneLine.Text(string.Join(", ", dictionary.Items.Take(20).Select(item => item.Key as string ?? Kind(item.Key))));

    private static string Kind(object? value) => value switch
    {
        null => "None",
        bool or long or double => "a number",
        string => "text",
        PickleTensor => "a tensor",
        PickleDictionary => "a dictionary",
        List<object?> or object?[] => "a list",
        _ => "an object",
    };

    private static WeightFileException Wrong(string file, string problem) => new($"'{OneLine.Text(file)}': {problem}.");
}
