using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Polygon;

/// <summary>One log object while it is read; the data words stay in the frame until the topic says how to read them.</summary>
internal ref struct LogDraft
{
    private const int MostTopics = 4;
    private TopicBuffer _topics;
    private int _topicCount;
    private ReadOnlySpan<byte> _data;
    private WalletId? _address;
    private TxHash? _tx;
    private long? _block;
    private long? _logIndex;
    private long? _blockTime;
    private Bytes32? _blockHash;
    private bool _removed;

    [System.Runtime.CompilerServices.InlineArray(MostTopics)]
    private struct TopicBuffer
    {
        private Bytes32 _first;
    }

    public static void Read(ref Utf8JsonReader reader, LogCollector logs)
    {
        var draft = default(LogDraft);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) draft.Field(ref reader);
        }
        reader.Skip();
        draft.Finish(logs);
    }

    private void Field(ref Utf8JsonReader reader)
    {
        var name = JsonInput.Name(ref reader);
        reader.Read();
        if (name.SequenceEqual("address"u8)) _address = JsonInput.TryGet(ref reader, out WalletId address) ? address : null;
        else if (name.SequenceEqual("topics"u8)) Topics(ref reader);
        else if (name.SequenceEqual("data"u8)) _data = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
        else if (name.SequenceEqual("blockNumber"u8)) _block = Quantity(ref reader);
        else if (name.SequenceEqual("blockHash"u8)) _blockHash = JsonInput.TryGet(ref reader, out Bytes32 hash) ? hash : null;
        else if (name.SequenceEqual("transactionHash"u8)) _tx = JsonInput.TryGet(ref reader, out TxHash tx) ? tx : null;
        else if (name.SequenceEqual("logIndex"u8)) _logIndex = Quantity(ref reader);
        else if (name.SequenceEqual("blockTimestamp"u8)) _blockTime = Quantity(ref reader);
        else if (name.SequenceEqual("removed"u8)) _removed = reader.TokenType == JsonTokenType.True;
        reader.Skip();
    }

    private void Topics(ref Utf8JsonReader reader)
    {
        _topicCount = 0;
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // A topic that is unreadable, or one too many, leaves a count that no event has.
            if (_topicCount < MostTopics && JsonInput.TryGet(ref reader, out Bytes32 topic)) _topics[_topicCount++] = topic;
            else _topicCount = MostTopics + 1;
            reader.Skip();
        }
    }

    private readonly void Finish(LogCollector logs)
    {
        if (_topicCount > MostTopics || _address is not { } address)
        {
            logs.Add(Fault(LogFailure.Unreadable));
            return;
        }
        if (_topicCount == 0 || !OrderFilledDecoder.IsOrderFilled(_topics[0]))
        {
            logs.AddOther();
            return;
        }
        Span<Bytes32> words = stackalloc Bytes32[OrderFilledDecoder.MostWords];
        if (!TryReadWords(ref words))
        {
            logs.Add(Fault(LogFailure.WrongData));
        }
        else if (OrderFilledDecoder.Decode(((ReadOnlySpan<Bytes32>)_topics)[.._topicCount], words, out var failure) is not { } filled)
        {
            logs.Add(Fault(failure));
        }
        else if (_tx is not { } tx || _block is not { } block || _logIndex is not (>= 0 and <= int.MaxValue))
        {
            logs.Add(Fault(LogFailure.NoPlace));
        }
        else
        {
            logs.Add(new ChainFill
            {
                Token = filled.Token,
                Side = filled.Side,
                Shares = filled.Shares,
                Price = filled.Price,
                Fee = filled.Fee,
                Order = filled.Order,
                User = filled.Maker,
                Taker = filled.Taker,
                Exchange = address,
                Tx = tx,
                Block = block,
                LogIndex = (int)_logIndex.Value,
                Removed = _removed,
                BlockTime = _blockTime,
                BlockHash = _blockHash,
            });
        }
    }

    private readonly LogFault Fault(LogFailure failure) => new(failure, _tx, _logIndex is >= 0 and <= int.MaxValue ? (int)_logIndex : null);

    // 0x and whole words: an escaped or odd text has another length or is no hex.
    private readonly bool TryReadWords(ref Span<Bytes32> words)
    {
        const int WordDigits = 2 * Bytes32.Size;
        if (_data.Length < 2 || (_data.Length - 2) % WordDigits != 0 || _data[0] != '0' || _data[1] != 'x') return false;
        words = words[..Math.Min(words.Length, (_data.Length - 2) / WordDigits)];
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        for (var i = 0; i < words.Length; i++)
        {
            if (Convert.FromHexString(_data.Slice(2 + (i * WordDigits), WordDigits), bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
            words[i] = Bytes32.From(bytes);
        }
        return true;
    }

    private static long? Quantity(ref Utf8JsonReader reader) => JsonInput.TryGet(ref reader, out HexQuantity quantity) ? quantity.Value : null;
}

/// <summary>Gathers the logs of one frame.</summary>
internal sealed class LogCollector
{
    private readonly ImmutableArray<ChainFill>.Builder _fills = ImmutableArray.CreateBuilder<ChainFill>();
    private readonly ImmutableArray<LogFault>.Builder _faults = ImmutableArray.CreateBuilder<LogFault>();
    private int _others;

    public void Add(ChainFill fill) => _fills.Add(fill);

    public void Add(LogFault fault) => _faults.Add(fault);

    public void AddOther() => _others++;

    public LogBatch Batch => new(_fills.DrainToImmutable(), _faults.DrainToImmutable(), _others);
}
