internal import CoreMetrics
internal import Synchronization

/// A backend of swift-metrics that tells its metrics in the Prometheus text format (version 0.0.4).
///
/// Counters, gauges (meters and recorders) and histograms (timers, in seconds). A series that was made is told from then
/// on; at most ``maximumSeries`` of them, so that no label that clients choose can fill the memory.
final class PrometheusRegistry: MetricsFactory {
    static let maximumSeries = 10_000

    struct Key: Hashable, Comparable {
        let name: String
        /// Escaped, in braces; empty for none.
        let labels: String

        static func < (left: Key, right: Key) -> Bool { (left.name, left.labels) < (right.name, right.labels) }
    }

    private struct Series: Sendable {
        var counters: [Key: PrometheusCounter] = [:]
        var gauges: [Key: PrometheusGauge] = [:]
        var histograms: [Key: PrometheusHistogram] = [:]

        var count: Int { counters.count + gauges.count + histograms.count }
    }

    private let series = Mutex(Series())
    private let help: [String: String]

    /// - Parameter help: what a metric tells, by its name: one line each.
    init(help: [String: String] = [:]) { self.help = help }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = PrometheusRegistry.key(label, dimensions)
        return series.withLock { series in
            if let known = series.counters[key] { return known }
            let made = PrometheusCounter()
            if series.count < PrometheusRegistry.maximumSeries { series.counters[key] = made }
            return made
        }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        gauge(label, dimensions)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { gauge(label, dimensions) }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
        let key = PrometheusRegistry.key(label, dimensions)
        return series.withLock { series in
            if let known = series.gauges[key] { return known }
            let made = PrometheusGauge()
            if series.count < PrometheusRegistry.maximumSeries { series.gauges[key] = made }
            return made
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let key = PrometheusRegistry.key(label, dimensions)
        return series.withLock { series in
            if let known = series.histograms[key] { return known }
            let made = PrometheusHistogram()
            if series.count < PrometheusRegistry.maximumSeries { series.histograms[key] = made }
            return made
        }
    }

    // A series is told for as long as the process lives, as Prometheus expects of counters.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// All series, each metric with its help and its type first.
    func text() -> String {
        let series = series.withLock { $0 }
        var text = ""
        var last = ""
        func type(_ name: String, _ kind: String) {
            if name != last {
                if let help = help[name] { text += "# HELP \(name) \(help)\n" }
                text += "# TYPE \(name) \(kind)\n"
            }
            last = name
        }
        for (key, counter) in series.counters.sorted(by: { $0.key < $1.key }) {
            type(key.name, "counter")
            text += "\(key.name)\(key.labels) \(counter.value)\n"
        }
        for (key, gauge) in series.gauges.sorted(by: { $0.key < $1.key }) {
            type(key.name, "gauge")
            text += "\(key.name)\(key.labels) \(PrometheusRegistry.number(gauge.value))\n"
        }
        for (key, histogram) in series.histograms.sorted(by: { $0.key < $1.key }) {
            type(key.name, "histogram")
            text += histogram.text(key)
        }
        return text
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        let labels = dimensions.map { "\(name($0.0))=\"\(escaped($0.1))\"" }.joined(separator: ",")
        return Key(name: name(label), labels: labels.isEmpty ? "" : "{\(labels)}")
    }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`: what else a name has becomes `_`.
    private static func name(_ text: String) -> String {
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: byte
            default: UInt8(ascii: "_")
            }
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return bytes.first.map { (0x30...0x39).contains($0) } ?? true ? "_" + name : name
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

final class PrometheusCounter: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.add(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }
}

final class PrometheusGauge: RecorderHandler, MeterHandler {
    private let bits = Mutex<Double>(0)

    var value: Double { bits.withLock { $0 } }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { bits.withLock { $0 = value } }
    func increment(by amount: Double) { bits.withLock { $0 += amount } }
    func decrement(by amount: Double) { bits.withLock { $0 -= amount } }
}

/// Durations in seconds, counted in buckets from half a millisecond to ten seconds.
final class PrometheusHistogram: TimerHandler {
    static let bounds: [Double] = [
        0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private struct State {
        var counts = [Int64](repeating: 0, count: PrometheusHistogram.bounds.count + 1)
        var nanoseconds: Int64 = 0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        let place = PrometheusHistogram.bounds.firstIndex { seconds <= $0 } ?? PrometheusHistogram.bounds.count
        state.withLock { state in
            state.counts[place] += 1
            state.nanoseconds += duration
        }
    }

    func text(_ key: PrometheusRegistry.Key) -> String {
        let (counts, nanoseconds) = state.withLock { ($0.counts, $0.nanoseconds) }
        let labels = key.labels.dropFirst().dropLast()
        let lead = labels.isEmpty ? "" : labels + ","
        var text = ""
        var sum: Int64 = 0
        for (place, count) in counts.enumerated() {
            sum += count
            let bounds = PrometheusHistogram.bounds
            let bound = place < bounds.count ? PrometheusRegistry.number(bounds[place]) : "+Inf"
            text += "\(key.name)_bucket{\(lead)le=\"\(bound)\"} \(sum)\n"
        }
        text += "\(key.name)_sum\(key.labels) \(PrometheusRegistry.number(Double(nanoseconds) / 1e9))\n"
        return text + "\(key.name)_count\(key.labels) \(sum)\n"
    }
}
