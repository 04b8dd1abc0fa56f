namespace Oddswire.Protocols.PolymarketUs;

/// <summary>The texts that the venue refuses with. There are no codes, and the socket stays open.</summary>
public static class UsError
{
    public const string InvalidMessage = "invalid_message";
    public const string RequestIdExists = "request id already exists";
    public const string TooManySubscriptions = "max subscriptions per connection reached";
    public const string DeadlineExceeded = "deadline exceeded";
    public const string SubscriptionFailed = "subscription failed";

    private const string SlugTaken = "slug already subscribed: ";

    public static string SlugAlreadySubscribed(string slug) => SlugTaken + slug;

    /// <summary>The slug that a refusal names, if it is of that kind.</summary>
    public static string? TakenSlug(string error) => error.StartsWith(SlugTaken, StringComparison.Ordinal) ? error[SlugTaken.Length..] : null;
}
