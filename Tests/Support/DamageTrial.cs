using System.Diagnostics;

namespace SegFromScratch.Tests.Support;

/// <summary>
/// Reads damaged bytes round after round: each are read, or refused with one kind of exception, whose one line names the file; soon, and within the memory that a file of their length may cost.
/// </summary>
/// <typeparam name="TRefusal">The exception.</typeparam>
/// <param name="name">The file's name, which each message must give.</param>
/// <param name="rounds">How many.</param>
/// <param name="longest">The time that a round may take.</param>
/// <param name="allowedBytes">The memory that a file of a length may cost.</param>
internal sealed class DamageTrial<TRefusal>(string name, int rounds, TimeSpan longest, Func<long, long> allowedBytes)
    where TRefusal : Exception
{
    /// <summary>Runs all rounds.</summary>
    /// <param name="damage">Gives the bytes of a round.</param>
    /// <param name="readers">What reads them.</param>
    /// <returns>How many rounds the first reader refused.</returns>
    public int Refused(Func<int, byte[]> damage, params Action<byte[]>[] readers)
    {
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = damage(round);
            long start = Stopwatch.GetTimestamp();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < readers.Length; i++)
            {
                if (Refuses(readers[i], damaged) && i == 0)
                    refused++;
            }

            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(allowedBytes(damaged.Length)), $"round {round}");
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(longest), $"round {round}");
        }

        return refused;
    }

    private bool Refuses(Action<byte[]> read, byte[] damaged)
    {
        try
        {
            read(damaged);
            return false;
        }
        catch (TRefusal refusal)
        {
            Assert.That(refusal.Message, Does.Contain(name).And.Not.Contains("\n"));
            return true;
        }
    }
}
