using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Layers.Models.Definitions;

/// <summary>Makes a network with random weights.</summary>
/// <param name="device">Where its parameters lie.</param>
/// <param name="classes">Logits a pixel.</param>
/// <param name="choices">What differs from the network's defaults.</param>
/// <param name="seed">Fixes the random start.</param>
internal delegate SegmentationModel ModelFactory(Device device, int classes, ModelChoices choices, ulong seed);

/// <summary>A network of the catalogue.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Summary">One line about it.</param>
/// <param name="Source">The paper or code whose network it is.</param>
/// <param name="Settings">What may be chosen.</param>
/// <param name="Create">Makes it.</param>
internal sealed record ModelDefinition(string Name, string Summary, string Source, ModelSetting[] Settings, ModelFactory Create);
