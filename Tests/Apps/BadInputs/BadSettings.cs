using SegFromScratch.Tests.Training;
using static SegFromScratch.Tests.Apps.BadInputs.BadInput;

namespace SegFromScratch.Tests.Apps.BadInputs;

/// <summary>Options, recipes, runs and weights that cannot be used.</summary>
internal static class BadSettings
{
    public static IEnumerable<BadInput> All => [.. Values, .. Divisions, .. Recipes, .. Runs, .. Weights];

    private static IEnumerable<BadInput> Values =>
    [
        Options("a size of one number", "--size 12", "give WIDTHxHEIGHT", "--size", "12"),
        Options("a device that is not there", "'gpu'", "cpu", "--device", "gpu"),
        Options("a network that is not there", "--model: There is no network 'unett'", "'seg models' lists them", "--model", "unett"),
        Options("a setting that a network does not have", "'strides'", "base_filters", "--set", "strides=3"),
        Options("a loss that is not there", "'crossentropy'", "cross-entropy", "--loss", "crossentropy"),
        Options("an optimiser that is not there", "--optimizer: Argument 'adamx'", "Must be one of: 'adam' 'adamw'", "--optimizer", "adamx"),
        Options("a schedule that is not there", "'cosin'", "cosine", "--schedule", "cosin"),
        Options("a batch of nothing", "'batch'", "1", "--batch", "0"),
        Options("a learning rate below zero", "learning_rate", "0", "--lr", "-1"),
        Options("a metric that the data do not have", "'kaggle-dice'", "choose", "--metric", "kaggle-dice"),
        Options("a mask value that none can be", "'data.ignore_index'", "from 0 to 255", "--ignore-index", "256"),
        Options("an option that is not there", "'--epoch'", "See 'seg train --help'", "--epoch", "3"),
        Options("a number that is none", "--epochs: ", "'many'", "--epochs", "many"),
        Options("scales that are no range", "--scale big", "give LEAST-GREATEST", "--scale", "big"),
    ];

    private static IEnumerable<BadInput> Divisions =>
    [
        Options("a part to validate of nothing", "'data.validation_share'", "above 0 and below 1", "--validation-share", "0"),
        Options("a way to divide that is not there", "--split halves", "seeded", "--split", "halves"),
        Pairs("a split file that is none", folder => folder.WriteText("split.json", "{ \"train\": 3 }"), "split.json", "it must hold method, seed, train, validation and test", "--split", "split.json"),
    ];

    private static IEnumerable<BadInput> Recipes =>
    [
        Options("a recipe that is not there", "'drink'", "drinks-fcn", "--recipe", "drink"),
        Pairs("a recipe that is no JSON", folder => folder.WriteText("my.json", "{ \"epochs\": "), "my.json", "line 1", "--recipe", "my.json"),
        Pairs("a recipe with a setting that is not there", folder => folder.WriteText("my.json", "{ \"epoch\": 3 }"), "my.json", "'epochs'", "--recipe", "my.json"),
    ];

    private static IEnumerable<BadInput> Runs =>
    [
        new("a run that is not there", folder => ["train", "--resume", folder["none"]], "none", "no run folder"),
        new("a folder without a run", folder => ["train", "--resume", folder.Path], "config.json", "holds no run"),
        Run("a run folder that is taken", (folder, _) => Train(folder, "--data", TinyRun.Data), "is not empty", "choose another, or resume the run"),
        Run("an option for a run that goes on", (_, run) => ["train", "--resume", run, "--epochs", "3"], "--epochs", "leave out"),
        Run("a checkpoint that was cut off", (_, run) => Cut(run, "checkpoints/last.safetensors", "train", "--resume", run), "last.safetensors", "it is cut short"),
        Run("a checkpoint of another network", (_, run) => Wider(run), "best.safetensors", "shape"),
        Run("a log with a damaged row", (_, run) => Write(run, "metrics.csv", "step,epoch\nx,1\n", "train", "--resume", run), "metrics.csv', line 2", "begins with a step"),
        Run("a summary that was cut off", (_, run) => Cut(run, "summary.json", "compare", run), "summary.json", "its JSON is damaged"),
        Run("a picture to predict that is not there", (folder, run) => ["predict", "--run", run, "--device", "cpu", folder["none.png"]], "none.png", "no such picture"),
        Run("a picture to predict that is none", (folder, run) => Write(folder.Path, "text.png", "text", "predict", "--run", run, "--device", "cpu", folder["text.png"]), "text.png", "convert it to one of them"),
        Run("an array of NumPy to predict", (folder, run) => Bytes(folder["a.npy"], [0x93, .. "NUMPY"u8], "predict", "--run", run, "--device", "cpu", folder["a.npy"]), "a.npy", "this is a NumPy file; convert it to PNG or JPEG"),
        Run("weights of Keras to predict", (folder, run) => Bytes(folder["a.h5"], [0x89, .. "HDF\r\n\u001a\n"u8], "predict", "--run", run, "--device", "cpu", folder["a.h5"]), "a.h5", "this is a HDF5 file; convert it to PNG or JPEG"),
        Run("an archive to predict", (folder, run) => Bytes(folder["a.zip"], [.. "PK\u0003\u0004"u8], "predict", "--run", run, "--device", "cpu", folder["a.zip"]), "a.zip", "unpack it and give the pictures in it"),
        Run("a threshold above one", (folder, run) => ["submit", "--run", run, "--images", Path.Combine(TinyRun.Data, "train_images"), "--output", folder["out.csv"], "--threshold", "2", "--device", "cpu"], "--threshold", "0 to 1"),
    ];

    private static IEnumerable<BadInput> Weights =>
    [
        Options("weights that are not there", "none.safetensors", "there is no such file", "--weights", "none.safetensors"),
        Pairs("weights that are text", folder => folder.WriteText("w.safetensors", "these are no weights at all"), "w.safetensors", "header", "--weights", "w.safetensors"),
        Pairs("a PyTorch file that is no archive", folder => folder.WriteText("w.pth", "these are no weights at all"), "w.pth': by its name this is a PyTorch checkpoint", "torch.save(model.state_dict(), file)", "--weights", "w.pth"),
        Pairs("weights of Keras", folder => folder.WriteText("best-iou.h5", "\u0089HDF"), "best-iou.h5': Keras's HDF5 is not read", "safetensors.numpy.save_file", "--weights", "best-iou.h5"),
        Pairs("a web page as weights", folder => folder.WriteText("w.pt", "<!DOCTYPE html>"), "w.pt': by its name this is a PyTorch checkpoint", "download it again", "--weights", "w.pt"),
        Pairs("arrays of NumPy as weights", folder => folder.WriteText("w.npy", "\u0093NUMPY"), "w.npy': NumPy's arrays are not read", "safetensors.numpy.save_file", "--weights", "w.npy"),
    ];

    // A small run that is done.
    private static BadInput Run(string kind, Func<TemporaryFolder, string, string[]> command, string place, string mend) => new(
        kind,
        folder =>
        {
            CommandRun train = CommandRun.Of(Train(folder, "--data", TinyRun.Data, "--batch", "2"));
            Assert.That((train.Status, train.Error), Is.EqualTo((0, "")));
            return command(folder, folder["run"]);
        },
        place,
        mend);

    private static string[] Cut(string run, string file, params string[] command)
    {
        string path = Path.Combine(run, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        return command;
    }

    private static string[] Write(string folder, string file, string text, params string[] command)
    {
        File.WriteAllText(Path.Combine(folder, file), text);
        return command;
    }

    private static string[] Bytes(string path, byte[] bytes, params string[] command)
    {
        File.WriteAllBytes(path, bytes);
        return command;
    }

    private static string[] Wider(string run)
    {
        string configuration = Path.Combine(run, "config.json");
        File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("\"base_filters\": 1", "\"base_filters\": 2", StringComparison.Ordinal));
        return ["evaluate", "--run", run, "--device", "cpu"];
    }
}
