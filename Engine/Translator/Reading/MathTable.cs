using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Reading;

/// <summary>The methods of .NET that have forms on the devices.</summary>
internal static class MathTable
{
    // OpenCL's and CUDA's names; CUDA's form for float has an f at its end.
    private static readonly Dictionary<string, (string OpenCl, string Cuda)> s_floating = new()
    {
        ["Abs"] = ("fabs", "fabs"), ["Acos"] = ("acos", "acos"), ["Asin"] = ("asin", "asin"), ["Atan"] = ("atan", "atan"), ["Atan2"] = ("atan2", "atan2"),
        ["Cbrt"] = ("cbrt", "cbrt"), ["Ceiling"] = ("ceil", "ceil"), ["CopySign"] = ("copysign", "copysign"), ["Cos"] = ("cos", "cos"), ["Cosh"] = ("cosh", "cosh"),
        ["Exp"] = ("exp", "exp"), ["Floor"] = ("floor", "floor"), ["FusedMultiplyAdd"] = ("fma", "fma"), ["Log"] = ("log", "log"), ["Log10"] = ("log10", "log10"),
        ["Log2"] = ("log2", "log2"), ["Pow"] = ("pow", "pow"), ["Round"] = ("rint", "rint"), ["Sin"] = ("sin", "sin"), ["Sinh"] = ("sinh", "sinh"),
        ["Sqrt"] = ("sqrt", "sqrt"), ["Tan"] = ("tan", "tan"), ["Tanh"] = ("tanh", "tanh"), ["Truncate"] = ("trunc", "trunc"),
    };

    private static readonly Dictionary<string, (string OpenCl, string Cuda)> s_others = new()
    {
        ["System.BitConverter.SingleToInt32Bits"] = ("as_int({0})", "__float_as_int({0})"),
        ["System.BitConverter.SingleToUInt32Bits"] = ("as_uint({0})", "__float_as_uint({0})"),
        ["System.BitConverter.Int32BitsToSingle"] = ("as_float({0})", "__int_as_float({0})"),
        ["System.BitConverter.UInt32BitsToSingle"] = ("as_float({0})", "__uint_as_float({0})"),
        ["float.IsNaN"] = ("isnan({0})", "isnan({0})"),
        ["float.IsFinite"] = ("isfinite({0})", "isfinite({0})"),
        ["float.IsInfinity"] = ("isinf({0})", "isinf({0})"),
    };

    /// <summary>The forms of a method, with {0}, {1} … for its arguments, and the prelude function it needs; null if it has none.</summary>
    public static (string OpenCl, string Cuda, string? Prelude)? Find(IMethodSymbol method)
    {
        string owner = method.ContainingType.ToDisplayString();
        if (s_others.TryGetValue(owner + "." + method.Name, out (string OpenCl, string Cuda) other))
            return (other.OpenCl, other.Cuda, null);
        if (owner is not ("System.Math" or "System.MathF"))
            return null;
        string arguments = method.Parameters.Length switch { 1 => "({0})", 2 => "({0}, {1})", _ => "({0}, {1}, {2})" };
        bool isFloat = method.ReturnType.SpecialType == SpecialType.System_Single;
        if (isFloat || method.ReturnType.SpecialType == SpecialType.System_Double)
            return Floating(method, isFloat, arguments);
        return method.Name switch
        {
            "Max" or "Min" => (method.Name.ToLowerInvariant() + arguments, method.Name.ToLowerInvariant() + arguments, null),
            "Abs" => ("(" + method.ReturnType.ToDisplayString() + ")abs({0})", method.ReturnType.SpecialType == SpecialType.System_Int64 ? "llabs({0})" : "abs({0})", null),
            "Clamp" => ("min(max({0}, {1}), {2})", "min(max({0}, {1}), {2})", null),
            _ => null,
        };
    }

    private static (string OpenCl, string Cuda, string? Prelude)? Floating(IMethodSymbol method, bool isFloat, string arguments)
    {
        if (isFloat && method.Name is "Max" or "Min")
            return (method.Name + "Float" + arguments, method.Name + "Float" + arguments, method.Name + "Float");
        if (isFloat && method.Name == "Clamp")
            return ("ClampFloat" + arguments, "ClampFloat" + arguments, "ClampFloat");
        // Round has forms with a mode or a number of digits, Log one with a base: those have no single function on a device.
        bool plain = method.Parameters.Length == 1 || method.Name is "Atan2" or "CopySign" or "FusedMultiplyAdd" or "Pow";
        return plain && s_floating.TryGetValue(method.Name, out (string OpenCl, string Cuda) names)
            ? (names.OpenCl + arguments, names.Cuda + (isFloat ? "f" : "") + arguments, null)
            : null;
    }
}
