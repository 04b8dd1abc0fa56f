using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Oddswire.Host.Operations;

/// <summary>Our meters as Prometheus text, read when asked. Only instruments whose names begin with oddswire_ are shown.</summary>
public sealed class Metrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (string Kind, SortedDictionary<string, double> Values)> _series = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Buckets> _histograms = new(StringComparer.Ordinal);

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
                foreach (var (labels, value) in values)
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
        var labels = Labels(tags);
        var observed = instrument.IsObservable;
        lock (_gate)
        {
            if (!_series.TryGetValue(instrument.Name, out var series))
            {
                var kind = instrument.GetType().Name.Contains("Counter", StringComparison.Ordinal) ? "counter" : "gauge";
                _series.Add(instrument.Name, series = (kind, new(StringComparer.Ordinal)));
            }
            series.Values[labels] = observed ? value : series.Values.GetValueOrDefault(labels) + value;
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

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder("{");
        foreach (var (name, value) in tags)
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(value?.ToString()?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        return text.Append('}').ToString();
    }

    public void Dispose() => _listener.Dispose();
}
