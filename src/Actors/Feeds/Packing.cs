using Oddswire.Messages.Feeds;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// What is wanted, in as few parcels as hold it. A change touches the parcel concerned; what does not fit into all that are allowed is left
/// over until there is room. Pure.
/// </summary>
internal sealed class Packing(int mostParcels, int mostItems)
{
    private readonly Dictionary<Interest, (Parcel In, int At)> _places = [];
    private readonly HashSet<Interest> _left = [];
    private readonly Parcel?[] _open = new Parcel?[Enum.GetValues<ParcelKind>().Length];
    private int _mostItems = mostItems;

    internal List<Parcel> Parcels { get; } = [];

    internal int Count => _places.Count + _left.Count;

    /// <summary>Wanted, and in no parcel.</summary>
    internal int Left => _left.Count;

    internal void Add(Interest item)
    {
        if (!_places.ContainsKey(item) && !_left.Contains(item))
            Place(item);
    }

    internal void Remove(Interest item)
    {
        if (_left.Remove(item) || !_places.Remove(item, out var place))
            return;
        TakeOut(place.In, place.At);
        _open[(int)place.In.Kind] = place.In;
    }

    /// <summary>Gives what was left over the room that there is, and puts sparse parcels together until there is no fewer of them.</summary>
    internal void Tighten()
    {
        if (_left.Count > 0)
        {
            foreach (var item in _left.Take((int)Math.Min(_left.Count, Room())).ToArray())
                Place(item);
        }
        foreach (var kind in Enum.GetValues<ParcelKind>())
        {
            while (Sparse(kind) is { } sparse)
                Dissolve(sparse);
        }
    }

    /// <summary>The server takes fewer in one subscription than we were told.</summary>
    internal void Narrow(int most)
    {
        _mostItems = Math.Max(1, most);
        foreach (var parcel in Parcels.Where(parcel => parcel.Items.Count > _mostItems).ToArray())
        {
            while (parcel.Items.Count > _mostItems)
            {
                var item = parcel.Items[^1];
                TakeOut(parcel, parcel.Items.Count - 1);
                Place(item);
            }
        }
    }

    /// <summary>For `*`, when there is no other.</summary>
    internal Parcel AddEmpty()
    {
        var parcel = new Parcel(ParcelKind.Wallets);
        Parcels.Add(parcel);
        return parcel;
    }

    /// <summary>Empty, and unsubscribed.</summary>
    internal void Drop(Parcel parcel)
    {
        Parcels.Remove(parcel);
        foreach (ref var open in _open.AsSpan())
            open = open == parcel ? null : open;
    }

    private void Place(Interest item)
    {
        var kind = KindOf(item);
        if (RoomIn(kind) is { } parcel)
        {
            _left.Remove(item);
            _places[item] = (parcel, parcel.Items.Count);
            parcel.Items.Add(item);
            parcel.IsChanged = true;
        }
        else
        {
            _places.Remove(item);
            _left.Add(item);
        }
    }

    private Parcel? RoomIn(ParcelKind kind)
    {
        ref var open = ref _open[(int)kind];
        if (open is not null && open.Items.Count < _mostItems)
            return open;
        open = Parcels.Find(parcel => parcel.Kind == kind && parcel.Items.Count < _mostItems);
        if (open is null && Parcels.Count < mostParcels)
            Parcels.Add(open = new Parcel(kind));
        return open;
    }

    private void TakeOut(Parcel parcel, int at)
    {
        var last = parcel.Items[^1];
        parcel.Items[at] = last;
        parcel.Items.RemoveAt(parcel.Items.Count - 1);
        if (at < parcel.Items.Count)
            _places[last] = (parcel, at);
        parcel.IsChanged = true;
    }

    private long Room() => ((long)(mostParcels - Parcels.Count) * _mostItems) + Parcels.Sum(parcel => (long)Math.Max(0, _mostItems - parcel.Items.Count));

    /// <summary>The emptiest of a kind, when the others have room for what it carries.</summary>
    private Parcel? Sparse(ParcelKind kind)
    {
        Parcel? sparse = null;
        var (parcels, items) = (0, 0);
        foreach (var parcel in Parcels)
        {
            if (parcel.Kind != kind || parcel.Items.Count == 0)
                continue;
            parcels++;
            items += parcel.Items.Count;
            if (sparse is null || parcel.Items.Count <= sparse.Items.Count)
                sparse = parcel;
        }
        return parcels > 1 && items <= (parcels - 1) * _mostItems ? sparse : null;
    }

    private void Dissolve(Parcel sparse)
    {
        Interest[] items = [.. sparse.Items];
        sparse.Items.Clear();
        sparse.IsChanged = true;
        foreach (var parcel in Parcels)
        {
            if (parcel != sparse && parcel.Kind == sparse.Kind && parcel.Items.Count is > 0)
                Fill(parcel, ref items);
        }
    }

    private void Fill(Parcel parcel, ref Interest[] items)
    {
        var count = Math.Min(items.Length, _mostItems - parcel.Items.Count);
        if (count <= 0)
            return;
        foreach (var item in items.AsSpan(0, count))
        {
            _places[item] = (parcel, parcel.Items.Count);
            parcel.Items.Add(item);
        }
        parcel.IsChanged = true;
        items = items[count..];
    }

    private static ParcelKind KindOf(Interest item) =>
        item.Wallet is not null ? ParcelKind.Wallets : item.Condition is not null ? ParcelKind.Conditions : ParcelKind.Slugs;
}
