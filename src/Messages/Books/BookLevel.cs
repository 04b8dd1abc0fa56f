using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

/// <summary>What stands in a book at one price. A size of nothing takes the level away.</summary>
public readonly record struct BookLevel(WrittenDecimal Price, WrittenDecimal Size);
