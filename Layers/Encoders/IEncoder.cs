namespace SegFromScratch.Layers.Encoders;

/// <summary>Marks modules that turn the image into features: what pretrained weights are for, and what fine-tuning freezes or trains more slowly.</summary>
public interface IEncoder;
