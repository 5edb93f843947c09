using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SegFromScratch.Translator.Model;
using SegFromScratch.Translator.Problems;

namespace SegFromScratch.Translator.Reading;

/// <summary>Reads expressions. Roslyn's operation tree has overloads, conversions and constants resolved already.</summary>
internal sealed class ExpressionReader
{
    private readonly KernelContext _context;
    private readonly Scope _scope;
    private readonly ConstantReader _constants;
    private readonly CallReader _calls;
    private readonly MemberReader _members;

    public ExpressionReader(KernelContext context, Scope scope)
    {
        (_context, _scope) = (context, scope);
        Types = new TypeReader(context, scope);
        Views = new ViewReader(context, scope, this);
        _constants = new ConstantReader(context, scope, this);
        _calls = new CallReader(context, scope, this);
        _members = new MemberReader(context, scope, this, _calls);
    }

    public TypeReader Types { get; }

    public ViewReader Views { get; }

    /// <summary>What stands for an expression that has been reported.</summary>
    public static Expression Invalid { get; } = new Literal(0, ScalarType.Int);

    public Expression Read(IOperation operation)
    {
        _context.Cancellation.ThrowIfCancellationRequested();
        if (_constants.Read(operation) is { } constant)
            return constant;
        return operation switch
        {
            ILocalReferenceOperation local => Variable(local.Local, local),
            IParameterReferenceOperation parameter => Variable(parameter.Parameter, parameter),
            IInstanceReferenceOperation when _scope.Self is { } self => new VariableReference(self),
            IParenthesizedOperation inner => Read(inner.Operand),
            IBinaryOperation binary => ReadBinary(binary),
            IUnaryOperation unary => ReadUnary(unary),
            IConditionalOperation { WhenFalse: { } whenFalse } choice => new Conditional(Read(choice.Condition), Read(choice.WhenTrue), Read(whenFalse), Type(choice)),
            IConversionOperation conversion => ReadConversion(conversion),
            IFieldReferenceOperation field => _members.ReadField(field),
            IPropertyReferenceOperation property => _members.ReadProperty(property),
            IInvocationOperation call => _calls.Read(call),
            IObjectCreationOperation creation => _calls.ReadCreation(creation),
            IDefaultValueOperation value => new DefaultValue(Type(value)),
            ISwitchExpressionOperation choice => new PatternReader(_context, this).ReadSwitch(choice),
            IIsPatternOperation test => new PatternReader(_context, this).Read(test.Pattern, Read(test.Value)),
            ISizeOfOperation size => new IntrinsicCall("(int)sizeof({0})", "(int)sizeof({0})", "sizeof({0})", [new DefaultValue(Types.Read(size.TypeOperand, size.Syntax))], ScalarType.Int),
            IAssignmentOperation or IIncrementOrDecrementOperation => Refuse(operation, Rules.NestedAssignment),
            IObjectOrCollectionInitializerOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation => Refuse(operation, Rules.ReferenceType, operation.Type?.ToDisplayString() ?? "array"),
            IDelegateCreationOperation or IAnonymousFunctionOperation => Refuse(operation, Rules.NotSupported, "A lambda or delegate"),
            IInterpolatedStringOperation => Refuse(operation, Rules.ReferenceType, "string"),
            IInvalidOperation => Invalid, // The compiler reports it.
            _ => Refuse(operation, Rules.NotSupported, "'" + operation.Kind + "'"),
        };
    }

    /// <summary>Reads the type of an operation.</summary>
    public KernelType Type(IOperation operation) => Types.Read(operation.Type!, operation.Syntax);

    /// <summary>Reports a problem at an operation and gives what stands for it.</summary>
    public Expression Refuse(IOperation operation, DiagnosticDescriptor rule, params string[] arguments)
    {
        _context.Report(operation.Syntax, rule, arguments);
        return Invalid;
    }

    private Expression Variable(ISymbol symbol, IOperation operation) =>
        _scope.Find(symbol) is { } variable
            ? new VariableReference(variable)
            : Refuse(operation, Rules.NotSupported, "'" + symbol.Name + "', which is not a variable of this method,");

    private Expression ReadBinary(IBinaryOperation binary)
    {
        if (binary.OperatorMethod is { } method && method.ContainingType.SpecialType == SpecialType.None && !Dialect.IsIndex(method.ContainingType))
            return _calls.Call(method, null, [binary.LeftOperand, binary.RightOperand], binary);
        if (binary.LeftOperand.Type is { IsReferenceType: true } reference)
            return Refuse(binary, Rules.ReferenceType, reference.ToDisplayString());
        string? text = Operator(binary.OperatorKind);
        if (text is null || binary.IsLifted || binary.IsChecked)
            return Refuse(binary, Rules.NotSupported, binary.IsChecked ? "Checked arithmetic" : "Operator '" + binary.OperatorKind + "'");
        return new Binary(text, Read(binary.LeftOperand), Read(binary.RightOperand), Type(binary));
    }

    /// <summary>C#'s text for an operator, or null.</summary>
    public static string? Operator(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "-",
        BinaryOperatorKind.Multiply => "*",
        BinaryOperatorKind.Divide => "/",
        BinaryOperatorKind.Remainder => "%",
        BinaryOperatorKind.LeftShift => "<<",
        BinaryOperatorKind.RightShift => ">>",
        BinaryOperatorKind.UnsignedRightShift => ">>>",
        BinaryOperatorKind.And => "&",
        BinaryOperatorKind.Or => "|",
        BinaryOperatorKind.ExclusiveOr => "^",
        BinaryOperatorKind.ConditionalAnd => "&&",
        BinaryOperatorKind.ConditionalOr => "||",
        BinaryOperatorKind.Equals => "==",
        BinaryOperatorKind.NotEquals => "!=",
        BinaryOperatorKind.LessThan => "<",
        BinaryOperatorKind.LessThanOrEqual => "<=",
        BinaryOperatorKind.GreaterThan => ">",
        BinaryOperatorKind.GreaterThanOrEqual => ">=",
        _ => null,
    };

    private Expression ReadUnary(IUnaryOperation unary)
    {
        if (unary.OperatorMethod is { } method && method.ContainingType.SpecialType == SpecialType.None)
            return _calls.Call(method, null, [unary.Operand], unary);
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Minus => new Unary("-", Read(unary.Operand), Type(unary)),
            UnaryOperatorKind.Not => new Unary("!", Read(unary.Operand), Type(unary)),
            UnaryOperatorKind.BitwiseNegation => new Unary("~", Read(unary.Operand), Type(unary)),
            UnaryOperatorKind.Plus => Read(unary.Operand),
            _ => Refuse(unary, Rules.NotSupported, "Operator '" + unary.OperatorKind + "'"),
        };
    }

    private Expression ReadConversion(IConversionOperation conversion)
    {
        if (conversion.OperatorMethod is { } method)
            return Dialect.IsIndex(method.ContainingType) ? Read(conversion.Operand) : _calls.Call(method, null, [conversion.Operand], conversion);
        if (conversion.Type is { IsReferenceType: true } reference)
            return Refuse(conversion, Rules.ReferenceType, reference.ToDisplayString());
        Expression operand = Read(conversion.Operand);
        KernelType type = Type(conversion);
        return operand.Type == type ? operand : new Cast(operand, type, conversion.IsImplicit);
    }
}
