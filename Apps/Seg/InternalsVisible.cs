using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SegFromScratch.Tests")]
