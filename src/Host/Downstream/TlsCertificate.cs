using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Oddswire.Host.Hocon;
using Oddswire.Host.Settings;

namespace Oddswire.Host.Downstream;

/// <summary>
/// The certificate of the public port, read again when its files change: asked at every handshake. A pair that cannot be read at the start
/// is refused; later it does not replace the one that could.
/// </summary>
internal sealed partial class TlsCertificate
{
    private readonly TlsSettings _files;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private (DateTime, DateTime) _stamp;
    private SslServerAuthenticationOptions _current;

    /// <summary>Throws <see cref="ConfigurationException"/> with the file and what is wrong with it.</summary>
    internal TlsCertificate(TlsSettings files, ILogger log)
    {
        (_files, _log) = (files, log);
        _stamp = Stamp();
        _current = Read();
    }

    internal SslServerAuthenticationOptions Current()
    {
        lock (_gate)
        {
            var stamp = Stamp();
            if (stamp == _stamp)
                return _current;
            _stamp = stamp;
            try
            {
                _current = Read();
                Replaced(_log, _files.Certificate);
            }
            catch (ConfigurationException e)
            {
                Kept(_log, e.Message);
            }
            return _current;
        }
    }

    private (DateTime, DateTime) Stamp() => (File.GetLastWriteTimeUtc(_files.Certificate), File.GetLastWriteTimeUtc(_files.Key));

    private SslServerAuthenticationOptions Read()
    {
        var chain = Chain(Text("http.tls.certificate", _files.Certificate));
        var leaf = Pair(Text("http.tls.certificate", _files.Certificate), Text("http.tls.key", _files.Key));
        chain.RemoveAt(0);
        return new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true) };
    }

    private X509Certificate2Collection Chain(string text)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw Wrong("http.tls.certificate", _files.Certificate, "certificates in PEM form, the server's own first", e.Message);
        }
        return chain.Count > 0 ? chain : throw Wrong("http.tls.certificate", _files.Certificate, "certificates in PEM form, the server's own first", "no -----BEGIN CERTIFICATE-----");
    }

    private X509Certificate2 Pair(string certificate, string key)
    {
        try
        {
            var pair = X509Certificate2.CreateFromPem(certificate, key);
            // The TLS of Windows takes no key that lives in memory only.
            return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null) : pair;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Wrong("http.tls.key", _files.Key, "the private key of that certificate, in PEM form and without a passphrase", "another text, or the key of another certificate");
        }
    }

    private static string Text(string setting, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(setting, file, "a PEM file that this process may read", e is UnauthorizedAccessException ? "no permission" : "none");
        }
    }

    private static ConfigurationException Wrong(string setting, string file, string expected, string found) =>
        new(Position.Whole($"{setting} {file}"), expected, found, "leave both empty to serve without TLS");

    [LoggerMessage(Level = LogLevel.Information, Message = "the certificate {File} has changed and is in use")]
    private static partial void Replaced(ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "the certificate has changed and cannot be used, the one before stays: {Fault}")]
    private static partial void Kept(ILogger log, string fault);
}
