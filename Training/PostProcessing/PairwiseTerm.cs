using System.Runtime.Intrinsics;

namespace SegFromScratch.Training.PostProcessing;

/// <summary>One Gaussian term of the energy: w n_i K_ij n_j, normalised symmetrically by n = 1 / sqrt(K 1).</summary>
internal sealed class PairwiseTerm
{
    private readonly PermutohedralLattice _lattice;
    private readonly float _weight;
    private readonly float[] _norm;

    /// <summary>Makes the lattice and the normalisation.</summary>
    /// <param name="features">A point of feature space a pixel, in deviations.</param>
    /// <param name="weight">w.</param>
    /// <param name="ranges">The threads.</param>
    public PairwiseTerm(PixelFeatures features, float weight, PixelRanges ranges)
    {
        (_lattice, _weight) = (new PermutohedralLattice(features, ranges), weight);
        int pixels = features.Values.Length / features.Dimensions;
        _norm = new float[pixels];
        Array.Fill(_norm, 1f);
        var ones = new float[pixels * PermutohedralLattice.LaneCount];
        Array.Fill(ones, 1f);
        _lattice.Filter(ones, PermutohedralLattice.LaneCount, _norm);
        for (int pixel = 0; pixel < pixels; pixel++)
            _norm[pixel] = 1 / MathF.Sqrt(_lattice.AddTo(Vector256<float>.Zero, pixel, PermutohedralLattice.LaneCount, 0, 1)[0]);
    }

    /// <summary>Filters; <see cref="AddMessage"/> then gives the messages.</summary>
    /// <param name="values">N x <paramref name="lanes"/> numbers.</param>
    /// <param name="lanes">Numbers a pixel, a multiple of <see cref="PermutohedralLattice.LaneCount"/>.</param>
    public void Filter(float[] values, int lanes) => _lattice.Filter(values, lanes, _norm);

    /// <summary>Adds factor * w * sum over j of n_i K_ij n_j q_j, the message of all pixels to pixel i.</summary>
    public Vector256<float> AddMessage(Vector256<float> sum, int pixel, int lanes, int lane, float factor) =>
        _lattice.AddTo(sum, pixel, lanes, lane, factor * _weight * _norm[pixel]);
}
