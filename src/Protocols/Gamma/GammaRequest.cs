using System.Text;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Gamma;

/// <summary>Paths to ask with. Gamma refuses requests without a User-Agent of their own, and its answers may be 5 minutes old.</summary>
public static class GammaRequest
{
    /// <summary>The tokens stand in the address: a few dozen at a time.</summary>
    public static string MarketsOf(ReadOnlySpan<TokenId> tokens, string? after = null)
    {
        var path = new StringBuilder("/markets/keyset?");
        for (var i = 0; i < tokens.Length; i++) path.Append(i == 0 ? "" : "&").Append("clob_token_ids=").Append(tokens[i]);
        if (after is not null) path.Append("&after_cursor=").Append(Uri.EscapeDataString(after));
        return path.ToString();
    }
}
