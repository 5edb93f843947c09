using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices;

/// <summary>Loads the drivers' libraries under the names they have on each system. A library that is absent is an answer, not an error.</summary>
internal static class NativeLibraries
{
    private static readonly ConcurrentDictionary<string, nint> s_handles = new();

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(
        typeof(NativeLibraries).Assembly,
        (name, _, _) => s_handles.TryGetValue(name, out nint handle) ? handle : 0);

    /// <summary>Loads a library once. Imports that name it are bound to what was found.</summary>
    /// <param name="library">The name in the imports.</param>
    /// <param name="candidates">File names and paths, the best first.</param>
    /// <returns>False if none of the candidates can be loaded.</returns>
    public static bool TryLoad(string library, IEnumerable<string> candidates)
    {
        if (s_handles.ContainsKey(library))
            return true;
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, Assembly.GetExecutingAssembly(), null, out nint handle))
            {
                s_handles.TryAdd(library, handle);
                return true;
            }
        }

        return false;
    }
}
