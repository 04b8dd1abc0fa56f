using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Messages.Accounts;

/// <summary>To an account of the configuration, whatever its venue.</summary>
public interface IAboutAccount
{
    string Account { get; }
}

/// <summary>A client wants to be told of it; where there is none of that name it hears <see cref="SessionMessage.NoAccount"/>.</summary>
public interface IAsksForAccount : IAboutAccount
{
    ActorRef<SessionMessage> Session { get; }
}
