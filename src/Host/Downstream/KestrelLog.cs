namespace Oddswire.Host.Downstream;

/// <summary>
/// What Kestrel has to say goes where everything goes, from warnings on. Below that it quotes what clients have sent, and a client's key may be in its path;
/// to whoever does not listen there it does not even put it into its exceptions.
/// </summary>
internal sealed class KestrelLog(ILoggerFactory logs) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => logs.CreateLogger(categoryName);

    public void Dispose()
    {
        // The gateway's.
    }
}
