using System.Reflection;
using Xunit;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>What may cross a process boundary carries data only: a ref means nothing on another node.</summary>
public class WireMessageTests
{
    [Fact]
    public void A_wire_message_carries_no_ActorRef() =>
        Assert.Empty(new[] { "Oddswire.Messages", "Oddswire.Protocols", "Oddswire.Actors" }.SelectMany(name => WithRefs(Assembly.Load(name).GetTypes())));

    [Fact]
    public void The_look_above_sees_into_arrays_generics_nested_and_base_records() => Assert.Equal(
        ["Direct", "Inheriting", "Nested", "Several"],
        WithRefs(typeof(Samples.IWireMessage).Assembly.GetTypes()).Select(path => path.Split(" -> ")[0]));

    private static IEnumerable<string> WithRefs(IEnumerable<Type> types) =>
        from type in types
        where !type.IsInterface && type.GetInterfaces().Any(contract => contract.Name == "IWireMessage")
        let path = PathToRef(type, [])
        where path is not null
        orderby path
        select path;

    private static string? PathToRef(Type type, HashSet<Type> seen)
    {
        if (type.Name.Split('`')[0] == "ActorRef")
            return type.Name;
        if (!seen.Add(type))
            return null;
        var fields = type.Namespace?.StartsWith("Oddswire.", StringComparison.Ordinal) == true
            ? type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Select(field => field.FieldType).Append(type.BaseType ?? typeof(object))
            : [];
        var inner = type.HasElementType ? [type.GetElementType()!] : type.GetGenericArguments();
        var below = fields.Concat(inner).Select(part => PathToRef(part, seen)).FirstOrDefault(path => path is not null);
        return below is null ? null : $"{type.Name} -> {below}";
    }
}
