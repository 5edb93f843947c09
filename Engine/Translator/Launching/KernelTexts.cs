namespace SegFromScratch.Translator.Launching;

/// <summary>What the translator made of a kernel; null or empty where a target has no form of it.</summary>
internal sealed record KernelTexts(string? OpenCl, string? Cuda, string CSharp, bool UsesBarrier, int GroupSize);
