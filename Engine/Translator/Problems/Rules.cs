using Microsoft.CodeAnalysis;

namespace SegFromScratch.Translator.Problems;

/// <summary>What the translator refuses, each with its number. docs/kernel-language.md says what to write instead.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor KernelForm = Error("SEG0001", "Not the form of a kernel", "Kernel '{0}' must be {1}");
    public static readonly DiagnosticDescriptor TypeNotUsable = Error("SEG0002", "Type has no form on a device", "Type '{0}' cannot be used in kernel code: use numbers, enums, unmanaged structs, ArrayView<T> and TensorView");
    public static readonly DiagnosticDescriptor NotSupported = Error("SEG0003", "Not part of the kernel language", "{0} is not part of the kernel language");
    public static readonly DiagnosticDescriptor UnknownMember = Error("SEG0004", "Member has no form on a device", "'{0}' cannot be used in kernel code: its source is not in this project and it has no [DeviceIntrinsic]");
    public static readonly DiagnosticDescriptor LengthNotConstant = Error("SEG0005", "Length is not constant", "The length of '{0}' must be a constant or made of SpecializedValue<int>.Value");
    public static readonly DiagnosticDescriptor AllocatePlace = Error("SEG0006", "Memory allocated at a wrong place", "{0}.Allocate may only initialise a local variable{1}");
    public static readonly DiagnosticDescriptor ViewExpression = Error("SEG0007", "View cannot be followed", "A view here must be a parameter, a local variable that is never assigned again, SubView, TensorView.Data or default: the place of its memory has to be known");
    public static readonly DiagnosticDescriptor NestedAssignment = Error("SEG0008", "Assignment inside an expression", "An assignment, ++ or -- inside an expression has no fixed order in C: write it as a statement of its own");
    public static readonly DiagnosticDescriptor Recursion = Error("SEG0009", "Recursion", "'{0}' calls itself: devices have no call stack to rely on");
    public static readonly DiagnosticDescriptor StaticField = Error("SEG0010", "Static field", "Static field '{0}' is not a constant: pass its value as a parameter");
    public static readonly DiagnosticDescriptor VirtualCall = Error("SEG0011", "Call without a fixed target", "'{0}' is virtual, abstract or a delegate: call a static method, or a struct through a type parameter 'where T : struct'");
    public static readonly DiagnosticDescriptor BarrierPlace = Error("SEG0012", "Barrier that not all work-items reach", "Group.Barrier() {0}");
    public static readonly DiagnosticDescriptor ReferenceType = Error("SEG0013", "Object on the heap", "'{0}' is a reference type: devices have no heap");
    public static readonly DiagnosticDescriptor HiddenType = Error("SEG0014", "Struct is hidden", "Struct '{0}' must be public or internal, as what contains it: the loops of the cpu device name it");
    public static readonly DiagnosticDescriptor Failure = Error("SEG0099", "The translator failed", "The translator failed on kernel '{0}': {1}");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "Kernels", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
