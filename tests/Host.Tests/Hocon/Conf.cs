using System.Text.Json;
using Oddswire.Host.Hocon;

namespace Oddswire.Host.Tests.Hocon;

/// <summary>Reads text as if it were the file t.conf, and writes values back as HOCON that is JSON wherever it can be.</summary>
internal static class Conf
{
    public static HoconObject Read(string text, params (string Name, string Value)[] environment) =>
        new Resolver(Parse(text), name => Array.Find(environment, variable => variable.Name == name).Value).Resolve();

    public static ObjectNode Parse(string text) => new Parser(new Scanner("t.conf", text), new Sources("/nonexistent", null), [], depth: 0).File();

    public static string Write(HoconValue value) => value switch
    {
        HoconText { Quoted: false } bare => bare.Text,
        HoconText text => JsonSerializer.Serialize(text.Text),
        HoconList list => "[" + string.Join(",", list.Items.Select(Write)) + "]",
        HoconObject fields => "{" + string.Join(",", fields.Fields.Values.Select(field => JsonSerializer.Serialize(field.Name) + ":" + Write(field.Value))) + "}",
        _ => throw new ArgumentException(value.Kind, nameof(value)),
    };
}
