namespace Oddswire.Host.CommandLine;

/// <summary>What was asked for makes no sense, and the parser could not tell. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
