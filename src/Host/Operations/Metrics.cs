using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Oddswire.Host.Operations;

/// <summary>Our meters as Prometheus text, read when asked. Only instruments whose names begin with oddswire_ are shown.</summary>
public sealed class Metrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (string Kind, Dictionary<string, double> Values)> _series = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Buckets> _histograms = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<char> _labels = new();      // some are counted with every event: their text is looked up, and made once

    public Metrics()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name.StartsWith("oddswire_", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _listener.Start();
    }

    public string Text()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var (name, (kind, values)) in _series)
            {
                text.Append("# TYPE ").Append(name).Append(' ').AppendLine(kind);
                foreach (var (labels, value) in values.OrderBy(static sum => sum.Key, StringComparer.Ordinal))
                    text.Append(name).Append(labels).Append(' ').AppendLine(value.ToString(CultureInfo.InvariantCulture));
            }
            foreach (var (name, buckets) in _histograms)
            {
                text.Append("# TYPE ").Append(name).AppendLine(" histogram");
                buckets.Write(name, text);
            }
        }
        return text.ToString();
    }

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument is Histogram<double> histogram)
        {
            Add(histogram, value);
            return;
        }
        lock (_gate)
        {
            if (!_series.TryGetValue(instrument.Name, out var series))
            {
                var kind = instrument.GetType().Name.Contains("Counter", StringComparison.Ordinal) ? "counter" : "gauge";
                _series.Add(instrument.Name, series = (kind, new(StringComparer.Ordinal)));
            }
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(series.Values.GetAlternateLookup<ReadOnlySpan<char>>(), Labels(tags), out _);
            sum = instrument.IsObservable ? value : sum + value;
        }
    }

    private void Add(Histogram<double> histogram, double value)
    {
        lock (_gate)
        {
            if (!_histograms.TryGetValue(histogram.Name, out var buckets))
                _histograms.Add(histogram.Name, buckets = new(histogram.Advice?.HistogramBucketBoundaries ?? []));
            buckets.Add(value);
        }
    }

    private ReadOnlySpan<char> Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _labels.ResetWrittenCount();
        foreach (var (name, value) in tags)
        {
            _labels.Write(_labels.WrittenCount == 0 ? "{" : ",");
            _labels.Write(name);
            _labels.Write("=\"");
            _labels.Write(Escaped(value?.ToString() ?? ""));
            _labels.Write("\"");
        }
        if (!tags.IsEmpty)
            _labels.Write("}");
        return _labels.WrittenSpan;
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public void Dispose() => _listener.Dispose();
}
