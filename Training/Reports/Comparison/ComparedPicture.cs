using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Visualization;

namespace SegFromScratch.Training.Reports.Comparison;

/// <summary>One picture as several runs see it: the picture, its truth where a run's data have it, and the prediction of the best weights of each run, side by side.</summary>
/// <param name="Path">The picture's file.</param>
/// <param name="Sheet">All of them, each under its label.</param>
public sealed record ComparedPicture(string Path, Image Sheet)
{
    /// <summary>Predicts pictures with each run. One network is in memory at a time.</summary>
    /// <param name="paths">The pictures' files.</param>
    /// <param name="runs">The folders of the runs, with what to call them.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Called with the number of predictions made so far; null: nobody is told.</param>
    /// <exception cref="IOException">A picture cannot be read, or the truth of one.</exception>
    /// <exception cref="ConfigurationException">A folder holds no run.</exception>
    /// <exception cref="Weights.WeightFileException">A run has no best weights yet, or they are damaged.</exception>
    public static IReadOnlyList<ComparedPicture> Create(IReadOnlyList<string> paths, IReadOnlyList<(string Name, string Folder)> runs, Device device, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(runs);
        Image[] pictures = [.. paths.Select(path => ImageFile.ReadRgb(path))];
        List<(string, Image)>[] panels = [.. pictures.Select(picture => new List<(string, Image)> { ("picture", picture) })];
        bool[] hasTruth = new bool[pictures.Length];
        for (int run = 0; run < runs.Count; run++)
        {
            TrainedNetwork network = TrainedNetwork.Load(runs[run].Folder, device);
            IDataSet[] parts = PartsOf(network.Configuration.Data);
            Predictor predictor = network.CreatePredictor();
            for (int i = 0; i < pictures.Length; i++)
            {
                // The truth stands before the predictions, whichever run's data have it.
                if (!hasTruth[i] && TruthOf(System.IO.Path.GetFileName(paths[i]), pictures[i], parts) is { } truth)
                {
                    panels[i].Insert(1, ("truth", truth));
                    hasTruth[i] = true;
                }

                panels[i].Add((runs[run].Name, PredictionFiles.Overlaid(pictures[i], predictor.Predict(pictures[i]), network.Classes.Colors)));
                progress?.Invoke((run * pictures.Length) + i + 1);
            }
        }

        return [.. paths.Select((path, i) => new ComparedPicture(path, LabelledPanels.Compose(panels[i])))];
    }

    // Runs predict without the data that they were trained on: then there is no truth, and none is generated.
    private static IDataSet[] PartsOf(DataOptions options)
    {
        if (!System.IO.Path.Exists(options.Path))
            return [];
        try
        {
            DataSetParts parts = DataSource.Open(options);
            return [.. new[] { parts.Validation, parts.Test, parts.Train }.OfType<IDataSet>()];
        }
        catch (DataSetException)
        {
            return [];
        }
    }

    // Other folders have pictures of the same name: the truth is that of the same pixels.
    private static Image? TruthOf(string name, Image picture, IDataSet[] parts)
    {
        foreach (IDataSet part in parts)
        {
            for (int index = 0; index < part.Count; index++)
            {
                if (part.NameOf(index) != name || part.SizeOf(index) != (picture.Width, picture.Height))
                    continue;
                Sample sample = part.Load(index);
                if (!sample.Image.Pixels.AsSpan().SequenceEqual(picture.Pixels))
                    continue;
                return sample.Target is LayerMasks masks
                    ? Overlay.BlendLayers(picture, masks.Layers, masks.LayerCount, part.ClassColors)
                    : Overlay.BlendForeground(picture, ((ClassMap)sample.Target).Mask, part.ClassColors, ignoreIndex: part.IgnoreIndex);
            }
        }

        return null;
    }
}
