using System.Linq;
using Microsoft.CodeAnalysis;

namespace SegFromScratch.Translator.Reading;

/// <summary>The names of the kernel dialect that the translator knows by heart.</summary>
internal static class Dialect
{
    public const string Namespace = "SegFromScratch.Engine.Dialect";
    public const string KernelAttribute = Namespace + ".KernelAttribute";

    public static bool IsView(ITypeSymbol? type) => Is(type, "ArrayView", 1);

    public static bool IsTensor(ITypeSymbol? type) => Is(type, "TensorView", 0);

    public static bool IsTensorLayout(ITypeSymbol? type) => Is(type, "TensorLayout", 0);

    public static bool IsIndex(ITypeSymbol? type) => Is(type, "Index1D", 0);

    public static bool IsSpecialized(ITypeSymbol? type) => Is(type, "SpecializedValue", 1);

    /// <summary>True for a static class of the dialect, such as Group.</summary>
    public static bool IsClass(ITypeSymbol? type, string name) => Is(type, name, 0);

    /// <summary>True for a parameter that the compiler fills with the file or the line of the call, for messages of the debug device.</summary>
    public static bool IsSourceLine(IParameterSymbol parameter) =>
        parameter.GetAttributes().Any(data => data.AttributeClass?.Name is "CallerFilePathAttribute" or "CallerLineNumberAttribute");

    /// <summary>The two texts of [DeviceIntrinsic], or null if the symbol has none.</summary>
    public static (string? OpenCl, string? Cuda)? Intrinsic(ISymbol symbol)
    {
        AttributeData? attribute = symbol.OriginalDefinition.GetAttributes().FirstOrDefault(data => data.AttributeClass?.Name == "DeviceIntrinsicAttribute");
        return attribute is null ? null : (attribute.ConstructorArguments[0].Value as string, attribute.ConstructorArguments[1].Value as string);
    }

    private static bool Is(ITypeSymbol? type, string name, int arity) =>
        type is INamedTypeSymbol named && named.Name == name && named.Arity == arity && named.ContainingNamespace?.ToDisplayString() == Namespace;
}
