using System.CommandLine;
namespace SegFromScratch.Apps.Seg.Commands;
internal static class TrainCommand { public static Command Create() => new("train", ""); }
internal static class EvaluateCommand { public static Command Create() => new("evaluate", ""); }
internal static class PredictCommand { public static Command Create() => new("predict", ""); }
