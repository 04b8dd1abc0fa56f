using System.Reflection;
using System.Runtime.CompilerServices;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The public face of an assembly as text: a line per type and per member that a caller or an heir can see, in a fixed order.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        orderby type.FullName
        from line in Members(type).Order(StringComparer.Ordinal).Select(member => "    " + member).Prepend(Header(type))
        select line;

    private static string Header(Type type)
    {
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var parents = type.GetInterfaces().Except(inherited).Select(Name).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            parents = parents.Prepend(Name(parent)).Order(StringComparer.Ordinal);
        return $"{kind} {type.Namespace}.{Name(type)}{string.Concat(parents.Select((name, at) => (at == 0 ? " : " : ", ") + name))}";
    }

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), provider: null)}")
        : type.GetMembers(Declared).Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute))).Select(Describe).OfType<string>();

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo made when Visible(made) => $"{Modifiers(made)}new({Parameters(made)})",
        MethodInfo { IsSpecialName: false } method when Visible(method) && method.GetBaseDefinition().DeclaringType != typeof(object) =>
            $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{Arguments(method.GetGenericArguments())}({Parameters(method)})",
        MethodInfo { IsSpecialName: true } method when Visible(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) =>
            $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property when property.GetAccessors(nonPublic: true).FirstOrDefault(Visible) is { } first =>
            $"{Modifiers(first)}{Name(property.PropertyType)} {property.Name}{Index(property)} {{ {Accessor(property.GetMethod, "get; ")}{Accessor(property.SetMethod, Setter(property))}}}",
        EventInfo { AddMethod: { } add } happening when Visible(add) => $"{Modifiers(add)}event {Name(happening.EventHandlerType!)} {happening.Name}",
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Modifiers(MethodBase method) => string.Concat(
        method.IsPublic ? "" : "protected ",
        method.IsStatic ? "static " : "",
        method.DeclaringType!.IsInterface ? "" : method.IsAbstract ? "abstract " : (method as MethodInfo)?.GetBaseDefinition() is { } origin && origin != method ? "override "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter => string.Concat(
        parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "",
        Name(parameter.ParameterType), " ", parameter.Name, parameter.IsOptional ? " = default" : "")));

    private static string Accessor(MethodInfo? accessor, string text) => accessor is not null && Visible(accessor) ? text : "";

    private static string Setter(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true ? "init; " : "set; ";

    private static string Index(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(parameter => Name(parameter.ParameterType)))}]" : "";

    private static string Name(Type type) => type switch
    {
        { IsByRef: true } => Name(type.GetElementType()!),
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsGenericParameter: true } => type.Name,
        _ when Nullable.GetUnderlyingType(type) is { } value => Name(value) + "?",
        _ => $"{(type.DeclaringType is { } outer ? $"{outer.Name.Split('`')[0]}." : "")}{type.Name.Split('`')[0]}{Arguments(type.GetGenericArguments())}",
    };

    private static string Arguments(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";
}
