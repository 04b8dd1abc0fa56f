namespace Oddswire.Host.Settings;

/// <summary>Where to dial. Providers put keys into paths and queries, so it prints only scheme, host and port, unless it is on this machine.</summary>
public sealed record Endpoint(Uri Uri)
{
    public override string ToString()
    {
        var authority = $"{Uri.Scheme}://{Uri.Authority}";
        if (Uri.PathAndQuery is "/" or "") return authority;
        return authority + (Uri.IsLoopback ? Uri.PathAndQuery : "/" + Secret.Placeholder);
    }
}
