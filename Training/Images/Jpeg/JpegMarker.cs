namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>The second byte of a JPEG marker; the first is 0xFF (T.81, table B.1).</summary>
internal static class JpegMarker
{
    public const byte BaselineFrame = 0xC0;
    public const byte ExtendedFrame = 0xC1;
    public const byte ProgressiveFrame = 0xC2;
    public const byte HuffmanTables = 0xC4;
    public const byte LastFrame = 0xCF;
    public const byte ReservedFrame = 0xC8;
    public const byte ArithmeticConditioning = 0xCC;
    public const byte FirstRestart = 0xD0;
    public const byte LastRestart = 0xD7;
    public const byte StartOfImage = 0xD8;
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte QuantisationTables = 0xDB;
    public const byte NumberOfLines = 0xDC;
    public const byte RestartInterval = 0xDD;
    public const byte Jfif = 0xE0;
    public const byte Exif = 0xE1;
    public const byte Adobe = 0xEE;
    public const byte Temporary = 0x01;

    /// <summary>SOF0 to SOF15: markers C0 to CF without the three that mean something else.</summary>
    public static bool IsFrame(byte marker) =>
        marker is >= BaselineFrame and <= LastFrame and not (HuffmanTables or ReservedFrame or ArithmeticConditioning);

    /// <summary>Markers that stand alone, with no length and no content behind them.</summary>
    public static bool StandsAlone(byte marker) =>
        marker is (>= FirstRestart and <= EndOfImage) or Temporary;
}
