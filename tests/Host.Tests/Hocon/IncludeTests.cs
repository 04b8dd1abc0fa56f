using Oddswire.Host.Hocon;
using Xunit;

namespace Oddswire.Host.Tests.Hocon;

public sealed class IncludeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("include \"sub/b.conf\"")]
    [InlineData("include file(\"sub/b.conf\")")]
    [InlineData("include required(\"sub/b.conf\")")]
    [InlineData("include required( file( \"sub/b.conf\" ) )")]
    [InlineData("include\n  \"sub/b.conf\"")]
    [InlineData("include \"sub/b\"")]
    public void Names_count_from_the_including_file(string include)
    {
        _folder.Write("a.conf", $"x = 1\n{include}\ny = 2");
        _folder.Write("sub/b.conf", "x = 10, y = 10\ninclude \"c.conf\"");
        _folder.Write("sub/c.conf", "z = 3");
        Assert.Equal("""{"x":10,"y":2,"z":3}""", Conf.Write(Read("a.conf")));
    }

    [Fact]
    public void References_of_an_included_file_count_from_where_it_is_included()
    {
        _folder.Write("a.conf", "a { include \"b.conf\" }\na.x = 42\nroot = 7");
        _folder.Write("b.conf", "x = 10, y = ${x}, z = ${root}, l = [1], l += 2");
        Assert.Equal("""{"a":{"x":42,"y":42,"z":7,"l":[1,2]},"root":7}""", Conf.Write(Read("a.conf")));
    }

    [Fact]
    public void A_missing_file_is_ignored_unless_it_is_required()
    {
        _folder.Write("a.conf", "include \"none.conf\"\nx = 1");
        Assert.Equal("""{"x":1}""", Conf.Write(Read("a.conf")));
        _folder.Write("a.conf", "x = 1\n  include required(\"none.conf\")");
        Assert.Equal("a.conf:2:20: expected a file none.conf, found none", Refusal("a.conf"));
        Assert.Equal("nowhere.conf: expected a file nowhere.conf, found none", Refusal("nowhere.conf"));
    }

    [Fact]
    public void A_file_is_also_found_in_the_shared_folder()
    {
        _folder.Write("mine/a.conf", "include required(\"defaults.conf\")");
        _folder.Write("hocon/defaults.conf", "x = 1");
        Assert.Equal("""{"x":1}""", Conf.Write(Read("mine/a.conf")));
    }

    [Fact]
    public void A_fault_names_the_file_that_it_is_in()
    {
        _folder.Write("a.conf", "include \"sub/b.conf\"");
        _folder.Write("sub/b.conf", "x = 1\ny =\n");
        Assert.Equal("sub/b.conf:3:1: expected a value, found the end; an empty text is written \"\"", Refusal("a.conf"));
    }

    [Fact]
    public void Files_that_include_each_other_are_refused()
    {
        _folder.Write("a.conf", "include \"b.conf\"");
        _folder.Write("b.conf", "x = 1\ninclude \"./a.conf\"");
        Assert.Equal("b.conf:2:9: expected a file that does not include itself, found ./a.conf", Refusal("a.conf"));
    }

    [Fact]
    public void Files_are_limited_in_number_and_size()
    {
        _folder.Write("a.conf", string.Concat(Enumerable.Repeat("include \"b.conf\"\n", 100)));
        _folder.Write("b.conf", "x = 1");
        Assert.Equal("a.conf:64:9: expected at most 64 files, found one more", Refusal("a.conf"));
        _folder.Write("b.conf", new string(' ', 900_000));
        Assert.Equal("a.conf:5:9: expected at most 4 MiB in all files, found more", Refusal("a.conf"));
        _folder.Write("a.conf", new string(' ', 2_000_000));
        Assert.Equal("a.conf: expected at most 1 MiB in a file, found more", Refusal("a.conf"));
        Assert.Equal("/dev/zero: expected at most 1 MiB in a file, found more", Refusal("/dev/zero"));
    }

    [Fact]
    public void A_file_that_is_not_text_is_refused()
    {
        _folder.Write("a.conf", [.. "x = 1\ny = "u8, 0xFF, 0xFE]);
        Assert.Equal("a.conf:2:5: expected UTF-8, found the byte FF; save the file as UTF-8", Refusal("a.conf"));
        Assert.StartsWith($"{_folder.Path}: expected a file that can be read, found ", Refusal(_folder.Path), StringComparison.Ordinal);
    }

    private HoconObject Read(string name)
    {
        var reader = new HoconReader(_folder.Path, Path.Combine(_folder.Path, "hocon"), _ => null);
        reader.AddFile(name);
        return reader.Resolve();
    }

    private string Refusal(string name) => Assert.Throws<ConfigurationException>(() => Read(name)).Message;
}
