using SegFromScratch.Apps.Seg;
using SegFromScratch.Apps.Seg.Console;

return CommandRunner.Run(SegCommand.Create(), args);
