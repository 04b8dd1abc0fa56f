using System.Net;

namespace Oddswire.Host.Settings;

/// <summary>Where clients connect.</summary>
public sealed record HttpSettings(IPAddress Host, int Port, TlsSettings? Tls)
{
    internal static HttpSettings Read(Section at) => new(at.Address("host"), at.Port("port"), TlsSettings.Read(at.In("tls")));
}

/// <summary>PEM files.</summary>
public sealed record TlsSettings(string Certificate, string Key)
{
    internal static TlsSettings? Read(Section at)
    {
        var (certificate, key) = (at.OptionalText("certificate"), at.OptionalText("key"));
        if (certificate is null != key is null) at.Refuse(key is null ? "key" : "certificate", "a file, because the other one is given", "none");
        return certificate is null || key is null ? null : new TlsSettings(certificate, key);
    }
}

/// <summary>Where probes and metrics are read: a port of its own, never the public one.</summary>
public sealed record OperationsSettings(IPAddress Host, int Port)
{
    internal static OperationsSettings Read(Section at) => new(at.Address("host"), at.Port("port"));
}
