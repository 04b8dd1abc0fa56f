using Oddswire.Host.Hocon;
using Oddswire.Host.Settings;

namespace Oddswire.Host.Tests.Settings;

/// <summary>The layers over the files in hocon/, which stand beside the tests as they stand beside the program.</summary>
internal static class Shipped
{
    public static Layers Layers { get; } = new(AppContext.BaseDirectory, AppContext.BaseDirectory, new Dictionary<string, string>(), File: null, Sets: []);

    public static Layers Defaults { get; } = Layers with { File = "hocon/oddswire.conf" };

    public static LoadedSettings With(params string[] sets) => (Layers with { Sets = [.. sets] }).Load();

    public static string Refusal(params string[] sets) => Refusal(Layers with { Sets = [.. sets] });

    public static string Refusal(Layers layers) => Xunit.Assert.Throws<ConfigurationException>(layers.Load).Message;
}
