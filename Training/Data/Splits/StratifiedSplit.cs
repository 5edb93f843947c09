namespace SegFromScratch.Training.Data.Splits;

/// <summary>
/// Divides samples that may have several classes each so that every class has its share in both parts: iterative stratification
/// (Sechidis, Tsoumakas, Vlahavas: "On the stratification of multi-label data", ECML PKDD 2011, algorithm 1) for two parts.
/// </summary>
internal static class StratifiedSplit
{
    /// <summary>
    /// Takes the class with the fewest undivided samples, gives each of them to the part that still lacks most of that class (then to the one that
    /// lacks most samples, then by the seed), and so on with the next class; samples without class come last. Both parts keep the samples' order.
    /// </summary>
    /// <param name="samples">Numbers of samples.</param>
    /// <param name="classesOf">The classes of a sample.</param>
    /// <param name="classCount">Classes.</param>
    /// <param name="validationShare">Above 0, below 1. The parts' sizes may miss it by a few samples where classes go together.</param>
    /// <param name="seed">Decides ties and the order within a class.</param>
    /// <exception cref="DataSetException">There are fewer than two samples, or a part is empty.</exception>
    public static (int[] Train, int[] Validation) Split(
        IReadOnlyList<int> samples, Func<int, IReadOnlyList<int>> classesOf, int classCount, double validationShare, long seed)
    {
        if (samples.Count < 2)
            throw new DataSetException($"{samples.Count} image(s) cannot be divided into a training and a validation part; at least 2 are needed.");
        IReadOnlyList<int>[] classes = [.. samples.Select(classesOf)];
        SeededRandom random = SeededRandom.For(seed);
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        random.Shuffle(order);
        var state = new State(classes, classCount, validationShare, samples.Count);
        while (state.RarestClass() is { } rarest)
        {
            foreach (int index in order)
            {
                if (state.IsOpen(index) && classes[index].Contains(rarest))
                    state.Assign(index, state.Lacking(rarest, ref random));
            }
        }
        foreach (int index in order)
        {
            if (state.IsOpen(index))
                state.Assign(index, state.Lacking(null, ref random));
        }
        int[] train = [.. Enumerable.Range(0, samples.Count).Where(index => state.PartOf(index) == State.Train).Select(index => samples[index])];
        int[] validation = [.. Enumerable.Range(0, samples.Count).Where(index => state.PartOf(index) == State.Validation).Select(index => samples[index])];
        if (train.Length == 0 || validation.Length == 0)
            throw new DataSetException($"{samples.Count} images with these classes leave one part empty; choose another --validation-share, or --split seeded.");
        return (train, validation);
    }

    /// <summary>What is divided so far, and what each part still lacks.</summary>
    private sealed class State
    {
        public const int Train = 0;
        public const int Validation = 1;
        private const int Open = -1;

        private readonly IReadOnlyList<int>[] _classes;
        private readonly int[] _parts;
        private readonly int[] _open;
        private readonly double[] _samplesWanted;
        private readonly double[][] _classWanted;

        public State(IReadOnlyList<int>[] classes, int classCount, double validationShare, int count)
        {
            (_classes, _parts, _open) = (classes, new int[count], new int[classCount]);
            Array.Fill(_parts, Open);
            foreach (int each in classes.SelectMany(present => present))
                _open[each]++;
            double[] shares = [1 - validationShare, validationShare];
            _samplesWanted = [.. shares.Select(share => share * count)];
            _classWanted = [.. shares.Select(share => _open.Select(samples => share * samples).ToArray())];
        }

        public bool IsOpen(int index) => _parts[index] == Open;

        public int PartOf(int index) => _parts[index];

        /// <summary>The class that the fewest undivided samples have, of those that any has.</summary>
        public int? RarestClass()
        {
            int rarest = Open;
            for (int index = 0; index < _open.Length; index++)
            {
                if (_open[index] > 0 && (rarest == Open || _open[index] < _open[rarest]))
                    rarest = index;
            }
            return rarest == Open ? null : rarest;
        }

        /// <summary>The part that lacks most of a class, then most samples.</summary>
        public int Lacking(int? wanted, ref SeededRandom random)
        {
            int byClass = wanted is { } index ? _classWanted[Train][index].CompareTo(_classWanted[Validation][index]) : 0;
            int order = byClass != 0 ? byClass : _samplesWanted[Train].CompareTo(_samplesWanted[Validation]);
            return order > 0 || (order == 0 && random.NextBool()) ? Train : Validation;
        }

        public void Assign(int index, int part)
        {
            _parts[index] = part;
            _samplesWanted[part]--;
            foreach (int each in _classes[index])
            {
                _open[each]--;
                _classWanted[part][each]--;
            }
        }
    }
}
