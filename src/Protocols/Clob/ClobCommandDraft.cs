using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>A client's frame while it is read. The first thing that is wrong is what is told.</summary>
internal struct ClobCommandDraft(int mostIds)
{
    private const int LongestWord = 32;
    private const int LongestSecret = 512;
    private string? _problem;
    private string? _type;
    private string? _operation;
    private bool _assetsThere;
    private bool _marketsThere;
    private ImmutableArray<TokenId> _assets = [];
    private ImmutableArray<ConditionId> _markets = [];
    private bool _withoutDump;
    private bool _custom;
    private ClobCredentials? _credentials;

    public void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (name.SequenceEqual("assets_ids"u8)) (_assets, _assetsThere) = (Ids<TokenId>(ref reader, "assets_ids"), true);
            else if (name.SequenceEqual("markets"u8)) (_markets, _marketsThere) = (Ids<ConditionId>(ref reader, "markets"), true);
            else if (name.SequenceEqual("type"u8)) _type = Word(ref reader, "type");
            else if (name.SequenceEqual("operation"u8)) _operation = Word(ref reader, "operation");
            else if (name.SequenceEqual("custom_feature_enabled"u8)) _custom = reader.TokenType == JsonTokenType.True;
            else if (name.SequenceEqual("initial_dump"u8)) _withoutDump = reader.TokenType == JsonTokenType.False;
            else if (name.SequenceEqual("auth"u8)) Credentials(ref reader);
            reader.Skip();
        }
    }

    public bool TryFinish([NotNullWhen(true)] out ClobCommand? command, [NotNullWhen(false)] out string? problem)
    {
        command = null;
        ClobOperation? operation = (_operation, _type) switch
        {
            (null, not null) => ClobOperation.Open,
            ("subscribe", _) => ClobOperation.Subscribe,
            ("unsubscribe", _) => ClobOperation.Unsubscribe,
            _ => null,
        };
        problem = _problem
            ?? (_type is not (null or "market" or "user") ? "type is neither market nor user"
            : operation is null ? _operation is null ? "there is neither a type nor an operation" : "operation is neither subscribe nor unsubscribe"
            : !_assetsThere && !_marketsThere && _type != "user" ? "assets_ids is missing"
            : null);
        if (problem is not null) return false;
        command = new(operation.GetValueOrDefault())
        {
            Type = _type,
            Assets = _assets,
            Markets = _markets,
            InitialDump = !_withoutDump,
            CustomFeatures = _custom,
            Credentials = _credentials,
        };
        return true;
    }

    private ImmutableArray<T> Ids<T>(ref Utf8JsonReader reader, string field) where T : struct, IWireText<T>
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _problem ??= field + " is no array";
            return [];
        }
        var ids = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ids.Count >= mostIds) _problem ??= $"{field} has more than {mostIds} entries";
            else if (JsonInput.TryGet(ref reader, out T id)) ids.Add(id);
            else _problem ??= $"{field}[{ids.Count}] is no id";
            reader.Skip();
        }
        return ids.DrainToImmutable();
    }

    private string? Word(ref Utf8JsonReader reader, string field)
    {
        if (JsonInput.TryGetText(ref reader, LongestWord, out var word)) return word.ToLowerInvariant();
        _problem ??= field + " is no text";
        return null;
    }

    private void Credentials(ref Utf8JsonReader reader)
    {
        string? key = null, secret = null, passphrase = null;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("apiKey"u8)) key = Secret(ref reader);
                else if (name.SequenceEqual("secret"u8)) secret = Secret(ref reader);
                else if (name.SequenceEqual("passphrase"u8)) passphrase = Secret(ref reader);
                reader.Skip();
            }
        }
        if (key is not null && secret is not null && passphrase is not null) _credentials = new(key, secret, passphrase);
        else _problem ??= "auth needs apiKey, secret and passphrase";
    }

    private static string? Secret(ref Utf8JsonReader reader) => JsonInput.TryGetText(ref reader, LongestSecret, out var text) ? text : null;
}
