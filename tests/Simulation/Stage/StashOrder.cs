using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>What was stashed comes back in its order and before the mailbox: after an unstash, and after a restart. Ticks alone come first.</summary>
internal sealed class StashOrder : Invariant
{
    private sealed class Books
    {
        internal List<Cue.Letter> Stash { get; } = [];
        internal List<Cue.Letter> Front { get; } = [];

        internal void Unstash()
        {
            Front.InsertRange(0, Stash);
            Stash.Clear();
        }
    }

    private readonly Dictionary<Cell, Books> _books = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.Stashed stashed:
                Of(stashed.Cell).Stash.Add(stashed.Letter);
                break;
            case StageObservation.Unstashed { Cell: var cell }:
                Of(cell).Unstash();
                break;
            case Observation.Began { Hook: Hook.PreStart, Cell: { State: CellState.Released } cell }:
                Of(cell).Unstash();
                break;
            case Observation.Began { Hook: Hook.Receive, Message: not (Cue.Rang or Cue.Pulse) } began:
                Next(began);
                break;
            case Observation.Dead { Letter: { Message: Cue.Letter, Reason: "stopped" or "killed", To: var to } } dead:
                _books.Remove(dead.Process.CellOf(to));
                break;
        }
    }

    private void Next(Observation.Began began)
    {
        if (!_books.TryGetValue(began.Cell, out var books) || books.Front.Count == 0)
            return;
        if (!ReferenceEquals(books.Front[0], began.Message))
            Fail($"{began.Cell} gets {began.Message} before {books.Front[0]}, which was unstashed");
        books.Front.RemoveAt(0);
    }

    private Books Of(Cell cell)
    {
        if (!_books.TryGetValue(cell, out var books))
            _books[cell] = books = new Books();
        return books;
    }
}
