using System;
using System.Collections.Generic;

namespace SegFromScratch.Translator.Writing;

/// <summary>Names that C# allows and that mean something in OpenCL C or CUDA C++.</summary>
internal static class Reserved
{
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal)
    {
        // Keywords and types.
        "and", "asm", "auto", "bitand", "bitor", "compl", "constant", "constexpr", "delete", "enum", "event_t", "export", "extern", "friend", "global", "half", "image2d_t",
        "inline", "kernel", "local", "mutable", "not", "or", "private", "ptrdiff_t", "quad", "read_only", "register", "restrict", "sampler_t", "signed", "size_t", "template",
        "this", "typedef", "typename", "uchar", "uint", "ulong", "union", "unsigned", "ushort", "using", "virtual", "wchar_t", "write_only", "xor",
        "char2", "char4", "double2", "double4", "float2", "float3", "float4", "float8", "float16", "half2", "int2", "int3", "int4", "int8", "int16", "long2", "uint2", "uint4", "dim3",

        // Functions: a variable of that name hides what the kernel may call.
        "abs", "acos", "asin", "atan", "atan2", "cbrt", "ceil", "copysign", "cos", "cosh",
        "exp", "fabs", "floor", "fma", "fmax", "fmin", "fmod", "isfinite", "isinf", "isnan", "log", "log10", "log2", "main", "max", "min",
        "pow", "rint", "rotate", "sin", "sinh", "sqrt",
        "tan", "tanh", "trunc", "vload4", "vstore4", "warpSize",

        // Macros.
        "I", "INFINITY", "M_PI", "NAN", "NULL", "linux", "unix", "assert", "CHAR_BIT", "MAXFLOAT",
    };

    /// <summary>The name, with an underscore if it is taken.</summary>
    public static string Escape(string name) => s_names.Contains(name) || name.StartsWith("__", StringComparison.Ordinal) ? name + "_" : name;
}
