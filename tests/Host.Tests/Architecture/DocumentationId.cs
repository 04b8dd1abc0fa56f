using System.Reflection;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The names by which a list of banned symbols calls things (T:, M:, P:, N:), looked up in the framework this runs on.</summary>
internal static class DocumentationId
{
    private static readonly Dictionary<string, Type> Framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Select(Path.GetFileNameWithoutExtension)
        .Where(name => name!.StartsWith("System.", StringComparison.Ordinal))
        .SelectMany(name => Assembly.Load(name!).GetExportedTypes())
        .DistinctBy(type => type.FullName)
        .ToDictionary(type => type.FullName!);

    public static bool Exists(string symbol)
    {
        var name = symbol[2..];
        return symbol[0] switch
        {
            'T' => Framework.ContainsKey(name),
            'N' => Framework.Values.Any(type => type.Namespace == name),
            _ => DeclaringType(name) is { } type && type.GetMembers().Any(member => Of(member) == symbol),
        };
    }

    private static Type? DeclaringType(string member)
    {
        var path = member.Split('(')[0];
        return Framework.GetValueOrDefault(path[..path.LastIndexOf('.')]);
    }

    private static string? Of(MemberInfo member) => member switch
    {
        PropertyInfo => $"P:{member.DeclaringType!.FullName}.{member.Name}",
        ConstructorInfo made => $"M:{made.DeclaringType!.FullName}.#ctor{Parameters(made)}",
        MethodInfo method => $"M:{method.DeclaringType!.FullName}.{method.Name}{(method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "")}{Parameters(method)}",
        _ => null,
    };

    private static string Parameters(MethodBase method) =>
        method.GetParameters() is { Length: > 0 } parameters ? $"({string.Join(',', parameters.Select(parameter => Of(parameter.ParameterType)))})" : "";

    private static string Of(Type type) => type switch
    {
        { IsArray: true } => Of(type.GetElementType()!) + "[]",
        { IsByRef: true } => Of(type.GetElementType()!) + "@",
        { IsGenericMethodParameter: true } => $"``{type.GenericParameterPosition}",
        { IsGenericTypeParameter: true } => $"`{type.GenericParameterPosition}",
        { IsGenericType: true } => $"{type.Namespace}.{type.Name.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Of))}}}",
        _ => type.FullName!,
    };
}
