// Chooses the kernel dialect. With ILGPU, ILGPU.Runtime and ILGPU.Algorithms here instead, the same kernel files compile against that package.
global using SegFromScratch.Engine.Dialect;
