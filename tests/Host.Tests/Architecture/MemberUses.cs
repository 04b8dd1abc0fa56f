using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>One place that names another: the outermost type the code stands in, and the type or member it names.</summary>
internal readonly record struct MemberUse(Type By, MemberInfo Of);

/// <summary>
/// Everything the compiled code of an assembly names, read from signatures and IL. Source text would miss
/// what a relative name, a `var` or a lambda reaches; only constants leave no trace here.
/// </summary>
internal static class MemberUses
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static ImmutableArray<MemberUse> In(params IEnumerable<Type> types) =>
        [.. types.SelectMany(type => Named(type).SelectMany(WithTypes).Select(member => new MemberUse(Outermost(type), member))).Distinct()];

    private static IEnumerable<MemberInfo?> Named(Type type)
    {
        yield return type.BaseType;
        foreach (var contract in type.GetInterfaces())
            yield return contract;
        foreach (var field in type.GetFields(Declared))
            yield return field.FieldType;
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            yield return (method as MethodInfo)?.ReturnType;
            foreach (var parameter in method.GetParameters())
                yield return parameter.ParameterType;
            foreach (var member in NamedInBody(method))
                yield return member;
        }
    }

    private static IEnumerable<MemberInfo?> NamedInBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        var typeArguments = method.DeclaringType!.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (var token in Tokens(body.GetILAsByteArray()!))
            yield return method.Module.ResolveMember(token, typeArguments, methodArguments);
    }

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var code = OpCodesByValue[il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at]]; // 0xFE: first half of a two-byte code
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return BitConverter.ToInt32(il, at);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    /// <summary>A member, the type that declares it, and what its generic arguments, elements and references are made of.</summary>
    private static IEnumerable<MemberInfo> WithTypes(MemberInfo? member) => member switch
    {
        null or Type { IsGenericParameter: true } => [],
        Type { HasElementType: true } type => WithTypes(type.GetElementType()),
        Type type => [type.IsGenericType ? type.GetGenericTypeDefinition() : type, .. type.GetGenericArguments().SelectMany(WithTypes)],
        MethodInfo { IsGenericMethod: true } method => [method, .. WithTypes(method.DeclaringType), .. method.GetGenericArguments().SelectMany(WithTypes)],
        _ => [member, .. WithTypes(member.DeclaringType)],
    };

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
