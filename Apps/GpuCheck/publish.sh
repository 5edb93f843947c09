#!/bin/sh
# Makes a folder that checks the cuda device on a machine with an NVIDIA GPU and no .NET: the tests, the seg command and check.sh, with the runtime they need.
# Usage: Apps/GpuCheck/publish.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?give the folder to make}

# NUnit's adapter can make the tests a program of their own. Of the framework only what is used is taken along; our assemblies stay whole, since tests are found by reflection.
dotnet publish "$here/../../Tests" -c Release -r linux-x64 --self-contained -o "$out" -v q --nologo \
    -p:GpuCheck=true -p:RunAnalyzers=false

# What a debugger, a profiler, a tracer or a crash would want, other garbage collectors than the usual one, and messages in other languages.
(cd "$out" && rm -rf -- *.pdb *.xml createdump libmscordaccore.so libmscordbi.so libcoreclrtraceptprovider.so libclrgc.so libclrgcexp.so)
find "$out" -name '*.resources.dll' -delete
find "$out" -mindepth 1 -type d -empty -delete
cp "$here/check.sh" "$out/check.sh"
chmod +x "$out/check.sh"
echo "$(( $(du -sb "$out" | cut -f1) / 1000000 )) MB in $out: copy it to the machine with the GPU and run check.sh there"
