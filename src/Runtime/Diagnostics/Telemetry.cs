using System.Diagnostics;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>The one activity source of the runtime. It costs a field read per message while nobody listens.</summary>
internal static class Telemetry
{
    internal static readonly ActivitySource Source = new("Oddswire.Runtime");

    internal static Activity? Receive<TMessage>(ActorRef actor, TMessage message)
    {
        var activity = Source.StartActivity("receive");
        if (activity is not null)
        {
            activity.SetTag("actor", actor.Path);
            activity.SetTag("message", message?.GetType().Name);
        }
        return activity;
    }

    internal static void End(ref Activity? activity, Exception? error)
    {
        if (error is not null)
            activity!.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
        activity!.Dispose();
        activity = null;
    }
}
