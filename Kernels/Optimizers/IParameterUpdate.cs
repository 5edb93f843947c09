namespace SegFromScratch.Kernels.Optimizers;

/// <summary>An optimiser's update of a parameter and of what it keeps beside it, element by element, on the <c>cpu</c> device. Implementations are structs, so that the loop is compiled for each.</summary>
internal interface IParameterUpdate
{
    /// <summary>Updates eight elements from one on.</summary>
    void UpdateEight(int index);

    /// <summary>Updates one element, to the same bits as among eight.</summary>
    void UpdateOne(int index);
}
