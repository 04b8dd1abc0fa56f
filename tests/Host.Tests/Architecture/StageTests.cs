using System.Collections.Immutable;
using System.Reflection;
using Xunit;

namespace Oddswire.Host.Tests.Architecture;

/// <summary>The stages (folders) of src/Actors: each gets the next one's ref in its constructor, only Topology names them all, and nobody inside asks.</summary>
public class StageTests
{
    private const string Root = "Oddswire.Actors";

    // No stages: the ports that all declare their needs with, and the hubs that wallets and markets are made of.
    private static readonly string[] Shared = ["Ports", "Routing"];

    private static readonly ImmutableArray<MemberUse> Uses = MemberUses.In(Assembly.Load(Root).GetTypes());

    [Fact]
    public void A_stage_does_not_know_another() => Assert.Empty(Crossings(Uses, Root));

    [Fact]
    public void A_stage_does_not_name_another_in_its_source_either()
    {
        // What IL does not show: an unused using, a constant, a nameof.
        var actors = Path.Combine("src", "Actors");
        var stages = Directory.EnumerateDirectories(Path.Combine(Repository.Root, actors)).Select(Path.GetFileName).Except(["bin", "obj", .. Shared]).ToArray();
        Assert.Empty(
            from file in Repository.CodeBelow(actors)
            let path = file.Split(Path.DirectorySeparatorChar)
            where path.Length > 3 // src/Actors/<stage>/<file>
            let code = File.ReadAllText(Path.Combine(Repository.Root, file))
            from other in stages
            where other != path[2] && code.Contains($"{Root}.{other}", StringComparison.Ordinal)
            select $"{file} names {other}");
    }

    /// <summary>Two actors that ask each other wait for ever: inside an actor a question is a message with an adapter (docs/runtime.md).</summary>
    [Fact]
    public void No_actor_asks() => Assert.Empty(Asks(Uses));

    [Fact]
    public void The_looks_above_see_through_lambdas_async_methods_and_generics()
    {
        var root = typeof(Samples.Topology).Namespace!;
        var uses = MemberUses.In(typeof(Samples.Topology).Assembly.GetTypes().Where(type => Stage(type, root) is not null));

        Assert.Equal(
            ["Left.Awaiting -> Right", "Left.Calling -> Right", "Left.Holding -> Right", "Left.Wiring -> Topology"],
            Crossings(uses, root));
        Assert.Equal(["Left.Asking"], Asks(uses));
    }

    private static IEnumerable<string> Crossings(IEnumerable<MemberUse> uses, string root) =>
        (from use in uses
         let stage = Stage(use.By, root)
         let other = Stage(use.Of as Type, root)
         where stage is not (null or "Topology") && other is not (null or "") && stage != other && !Shared.Contains(other)
         select $"{use.By.FullName![(root.Length + 1)..]} -> {other}").Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Asks(IEnumerable<MemberUse> uses) =>
        (from use in uses
         where use.Of is MethodInfo { Name: "Ask", DeclaringType.Name: "ActorSystem" }
         select string.Join('.', use.By.FullName!.Split('.')[^2..])).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Null: not of this tree. Empty: what all stages share at the root. Topology stands for itself.</summary>
    private static string? Stage(Type? type, string root)
    {
        for (; type?.DeclaringType is { } outer; type = outer) { }
        if (type?.Namespace is not { } name || !$"{name}.".StartsWith($"{root}.", StringComparison.Ordinal))
            return null;
        return name != root ? name.Split('.')[root.Split('.').Length] : type.Name is "Topology" or "TopologyOptions" ? "Topology" : "";
    }
}
