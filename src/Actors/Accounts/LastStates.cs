using System.Collections.Immutable;
using Oddswire.Messages.Accounts;

namespace Oddswire.Actors.Accounts;

/// <summary>The last state of each order and trade, and which states have been told: so many of the newest, and no more.</summary>
internal sealed class LastStates
{
    private const int MostKept = 1_000;
    private const int MostBytes = 8 << 20;
    private const int MostRemembered = 20_000;

    private readonly LinkedList<AccountEvent> _byAge = [];
    private readonly Dictionary<(AccountEventKind Kind, string Id), LinkedListNode<AccountEvent>> _last = [];
    private readonly HashSet<(AccountEventKind Kind, string Id, string Status)> _told = [];
    private readonly Queue<(AccountEventKind Kind, string Id, string Status)> _toldByAge = [];
    private long _bytes;

    /// <summary>Oldest change first.</summary>
    internal ImmutableArray<AccountEvent> All => [.. _byAge];

    /// <summary>False: this state of this order or trade has been told. What has no identity is always news.</summary>
    internal bool IsNews(AccountEvent what)
    {
        if (what.Kind == AccountEventKind.Other)
            return true;
        var state = (what.Kind, what.Id, what.Status);
        if (!_told.Add(state))
            return false;
        _toldByAge.Enqueue(state);
        if (_toldByAge.Count > MostRemembered)
            _told.Remove(_toldByAge.Dequeue());
        Keep(what);
        return true;
    }

    private void Keep(AccountEvent what)
    {
        if (_last.TryGetValue((what.Kind, what.Id), out var before))
            Forget(before);
        _last.Add((what.Kind, what.Id), _byAge.AddLast(what));
        _bytes += what.Bytes.Length;
        while (_byAge.Count > MostKept || _bytes > MostBytes)
            Forget(_byAge.First!);
    }

    private void Forget(LinkedListNode<AccountEvent> one)
    {
        _last.Remove((one.Value.Kind, one.Value.Id));
        _byAge.Remove(one);
        _bytes -= one.Value.Bytes.Length;
    }
}
