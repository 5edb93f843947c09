namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>How often generated pictures of steel show each class of defects.</summary>
public enum DefectShares
{
    /// <summary>Each of the four classes in 26 % of the pictures, none in 16 %: a few hundred pictures are enough to learn all four.</summary>
    Even,

    /// <summary>As in Severstal's training set: classes 1 to 4 in 7, 2, 41 and 6 % of the pictures, none in 47 %. Of class 2 a small set has next to nothing to learn from.</summary>
    Severstal,
}
