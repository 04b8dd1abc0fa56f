using Oddswire.Host.Settings;

namespace Oddswire.Host;

/// <summary>What the command line asks of the gateway beside its settings.</summary>
public sealed record GatewayOptions(bool AcceptLoss, bool View);

/// <summary>The running program: everything from sockets to store hangs below it.</summary>
public static class Gateway
{
    /// <summary>Ends when it has drained after <paramref name="stop"/>.</summary>
    public static async Task Run(LoadedSettings settings, GatewayOptions options, TextWriter output, CancellationToken stop)
    {
        var values = settings.Values;
        await output.WriteLineAsync($"node {values.Node.Name}, storage {values.Storage.Path}, {values.Keys.Length} keys in the configuration");
        foreach (var notice in settings.Notices) await output.WriteLineAsync(notice);
        await output.WriteLineAsync("The settings are sound. This build has no gateway yet; Ctrl-C ends it.");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }
}
