using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>A certificate and its key for the servers of one run, in a folder that goes with it.</summary>
internal sealed class Identity : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oddswire-bench-");

    internal Identity()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    internal string Certificate => Path.Combine(_folder.FullName, "certificate.pem");
    internal string Key => Path.Combine(_folder.FullName, "key.pem");

    public void Dispose() => _folder.Delete(recursive: true);
}
