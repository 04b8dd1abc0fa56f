using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Xunit;

namespace Oddswire.Host.Tests.Settings;

public sealed class LayersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_command_line_lies_over_the_environment_over_the_file_over_the_defaults()
    {
        _folder.Write("my.conf", "http.port = 1001\noperations.port = 1001\nsimulator.port = 1001\n");
        var layers = Layers("my.conf") with
        {
            Environment = new Dictionary<string, string> { ["ODDSWIRE__OPERATIONS__PORT"] = "1002", ["ODDSWIRE__SIMULATOR__PORT"] = "1002", ["ODDSWIRE_TEST"] = "not ours" },
            Sets = ["simulator.port=1003", "simulator.port=1004"],
        };
        var loaded = layers.Load();
        Assert.Equal((1001, 1002, 1004), (loaded.Values.Http.Port, loaded.Values.Operations.Port, loaded.Values.Simulator.Settings.Port));
        Assert.Equal(60, loaded.Values.Simulator.Settings.World.Rate);
        Assert.Equal("my.conf:1:13", From(loaded, "http.port"));
        Assert.Equal("environment ODDSWIRE__OPERATIONS__PORT", From(loaded, "operations.port"));
        Assert.Equal("--set simulator.port", From(loaded, "simulator.port"));
        Assert.StartsWith(Path.Combine(AppContext.BaseDirectory, "hocon", "oddswire.conf") + ":", From(loaded, "simulator.rate"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_ones_own_replaces_the_demo_and_may_include_the_defaults_from_anywhere()
    {
        _folder.Write("deep/my.conf", "include required(\"oddswire.conf\")\nnode.name = mine");
        var loaded = Layers("deep/my.conf").Load();
        Assert.Equal("mine", loaded.Values.Node.Name);
        Assert.False(loaded.Values.Simulator.Enabled);
        Assert.Empty(loaded.Values.Keys);
    }

    [Fact]
    public void The_working_directory_comes_before_the_folder_of_the_program()
    {
        _folder.Write("hocon/oddswire.conf", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "oddswire.conf")));
        _folder.Write("hocon/demo.conf", "node.name = here");
        Assert.Equal("here", Layers(null).Load().Values.Node.Name);
    }

    [Fact]
    public void Without_the_defaults_file_nothing_starts() =>
        Assert.Equal($"hocon/oddswire.conf: expected this file in {_folder.Path} or in {_folder.Path}, found none", Shipped.Refusal(Layers(null) with { ProgramDirectory = _folder.Path }));

    [Theory]
    [InlineData("node.name=a b: c#d // e", "a b: c#d // e")]
    [InlineData("node.name=\"quoted # text\"", "quoted # text")]
    [InlineData("node.name = spaced ", "spaced")]
    [InlineData("node.name=a=b", "a=b")]
    [InlineData("node.name=${http.port}", "${http.port}")]
    [InlineData("node={ name = x }", "x")]
    [InlineData("\"node\".name=y", "y")]
    public void Text_of_the_command_line_is_taken_as_it_is_unless_it_opens_a_value(string set, string name) =>
        Assert.Equal(name, Shipped.With(set).Values.Node.Name);

    [Fact]
    public void Lists_and_objects_can_be_given_on_the_command_line()
    {
        var keys = Shipped.With("keys=[{ name = desk, key = k-1, tier = dev, limits { wallets = 7 } }]").Values.Keys;
        var key = Assert.Single(keys);
        Assert.Equal(("desk", Tier.Dev, null, 7), (key.Name, key.Tier, key.Subscriptions, key.Wallets));
        Assert.Equal(["stream", "orders"], key.Scopes);
    }

    private Layers Layers(string? file) => Shipped.Layers with { WorkingDirectory = _folder.Path, File = file };

    private static string From(LoadedSettings loaded, string key) => loaded.Effective.Single(setting => setting.Key == key).From.ToString();
}
