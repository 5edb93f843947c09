using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SegFromScratch.Tests")]

// The benchmarks time the passes of a convolution one by one.
[assembly: InternalsVisibleTo("seg")]
