using Oddswire.Host.Tests.Storage.Sqlite;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Oddswire.Host.Tests;

// xunit's entry point, written out for the sake of the program that a test starts to kill it.
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [WriterToKill.Verb, var folder] => WriterToKill.Run(folder),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
