using System.Globalization;
using System.Text.RegularExpressions;
using Oddswire.Messages.Ledger;

namespace Oddswire.Host.Storage.Proof;

// What the ends of streams were said to be, by the ledger and by whoever wrote them down elsewhere. The newest of each stream is enough:
// its hash stands for everything before it.
internal sealed partial class KnownHeads
{
    private readonly Dictionary<string, List<StreamHead>> _heads = new(StringComparer.Ordinal);

    public IEnumerable<string> Streams => _heads.Keys.Order(StringComparer.Ordinal);

    public void Add(StreamHead head)
    {
        if (!_heads.TryGetValue(head.Stream, out var heads)) _heads.Add(head.Stream, heads = []);
        if (heads.Count > 0 && heads[0].Sequence > head.Sequence) return;
        if (heads.Count > 0 && heads[0].Sequence < head.Sequence) heads.Clear();
        // Two of one sequence that differ cannot both be true: both are kept, so that one of them fails.
        if (!heads.Exists(known => known.Hash.SequenceEqual(head.Hash))) heads.Add(head);
    }

    // Every `head STREAM SEQUENCE HASH` of a text, such as the gateway's log: what else stands there does not matter.
    public async Task<int> Read(TextReader text, CancellationToken cancel)
    {
        var read = 0;
        while (await text.ReadLineAsync(cancel) is { } line)
        {
            foreach (Match match in Head().Matches(line))
            {
                if (!long.TryParse(match.Groups["sequence"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) continue;
                Add(new(match.Groups["stream"].Value, sequence, [.. Convert.FromHexString(match.Groups["hash"].ValueSpan)]));
                read++;
            }
        }
        return read;
    }

    // 0: nobody said anything about this stream.
    public long LengthOf(string stream) => _heads.TryGetValue(stream, out var heads) ? heads[0].Sequence : 0;

    public bool Contradict(string stream, long sequence, ReadOnlySpan<byte> hash)
    {
        if (!_heads.TryGetValue(stream, out var heads) || heads[0].Sequence != sequence) return false;
        foreach (var head in heads)
        {
            if (!head.Hash.AsSpan().SequenceEqual(hash)) return true;
        }
        return false;
    }

    [GeneratedRegex(@"\bhead (?<stream>\S+) (?<sequence>[0-9]+) (?<hash>[0-9a-f]{64})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Head();
}
