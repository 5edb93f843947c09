namespace SegFromScratch.Training.Data.Polygons;

/// <summary>What is inside where a polygon crosses itself or has several rings.</summary>
public enum FillRule
{
    /// <summary>Inside where a ray to the left crosses an odd number of edges; a ring in a ring is a hole. As PIL and OpenCV's fillPoly.</summary>
    EvenOdd,

    /// <summary>Inside where edges upwards and downwards to the left do not cancel; turns count, so a star is full.</summary>
    NonZero,
}
