internal import ArgumentParser
internal import Foundation
internal import RawSQLite

/// Benchmarks of the archive, each with its ratio to plain C over SQLite doing the same storage work in the same run.
@main
struct ArchiveBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Appends, single commits, verify and answers, as ratios to raw SQLite in C.")

    @Flag(help: "Small sizes: to see that the benchmarks work, not for figures.")
    var small = false

    @Option(help: "Events of the bulk benchmarks.")
    var events: Int?

    @Option(help: "Only this one: append, durable, verify, import, answers, evaluate, rebuild, http or pages.")
    var only: String?

    @Option(help: "Where the files go; removed afterwards.")
    var folder: String = FileManager.default.temporaryDirectory.path

    func run() async throws {
        let count = events ?? (small ? 5_000 : 300_000)
        let work = folder + "/archive-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: work) }
        print("bench: \(count) events, WAL, synchronous=FULL, \(ProcessInfo.processInfo.activeProcessorCount) cores")
        let bench = Benchmarks(folder: work, events: count, singles: small ? 50 : 1_000)
        if wants("append") { try await bench.bulkAppend() }
        if wants("durable") { try await bench.durableAppends() }
        if wants("verify") { try bench.verifyLog() }
        if wants("answers") { try bench.answers() }
        if wants("evaluate") { try await bench.evaluation() }
        if wants("rebuild") { try await bench.rebuilds() }
        if wants("http") { try await bench.http(followers: small ? 20 : 500, seconds: small ? 2 : 20) }
        if only == "pages" { try bench.pages() }
        if wants("import") { try await bench.importing(rows: small ? 2_000 : count / 3) }
        print("peak memory \(Process.peakMegabytes) MiB")
    }

    private func wants(_ name: String) -> Bool { only == nil || only == name }
}

extension Process {
    /// Processor seconds of this process so far, in user and system mode.
    static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    /// Peak resident memory of this process in MiB.
    static var peakMegabytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }

    /// Runs `body` and returns the peak of resident memory meanwhile in MiB; of the whole process where it cannot be reset.
    static func peakMegabytes(during body: () throws -> Void) rethrows -> Int {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        try body()
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let words = peak?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) / 1024 : peakMegabytes
    }
}

/// One line of results.
struct Line {
    var name: String
    var amount: Int
    var unit: String
    var seconds: Double
    var bytes: UInt64?
    /// What raw SQLite did a second at the same work in the same run.
    var rawRate: Double?
    var note = ""

    func show() {
        let rate = Double(amount) / seconds
        var text = name.padding(toLength: 30, withPad: " ", startingAt: 0)
        text += String(format: "%10d %@ %8.3f s %12.0f/s", amount, unit, seconds, rate)
        if let bytes { text += String(format: "  %7.1f MB", Double(bytes) / 1e6) }
        if let rawRate { text += String(format: "  raw SQLite %9.0f/s, ratio %.2f", rawRate, rate / rawRate) }
        print(text + (note.isEmpty ? "" : "  (\(note))"))
    }
}

/// Seconds that `body` takes.
func timed(_ body: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start) / .seconds(1)
}

func timedNow(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
}

/// Raw SQLite at the same storage work.
enum Raw {
    static func append(
        _ folder: String, events: Int, bytes: Int, batch: Int, identities: Bool, pageSize: Int = 8_192
    ) throws -> (rate: Double, fileRatio: Double) {
        var options = raw_options()
        options.events = UInt64(events)
        options.bytes_per_event = UInt32(bytes)
        options.bytes_spread = UInt32(bytes / 3)
        options.batch = UInt32(batch)
        options.page_size = UInt32(pageSize)
        options.synchronous_full = true
        options.with_identities = identities
        options.seed = 1
        let (seconds, result) = try run(folder) { raw_append($0, &options, &$1) }
        return (Double(events) / seconds, Double(result.file_bytes) / Double(result.payload_bytes))
    }

    static func scan(_ folder: String, _ path: String) throws -> Double {
        var result = raw_result()
        let seconds = raw_scan(path, true, &result)
        guard seconds > 0 else { throw BenchError(String(cString: raw_error_text(&result))) }
        return Double(result.rows) / seconds
    }

    private static func run(
        _ folder: String, _ body: (String, inout raw_result) -> Double
    ) throws -> (seconds: Double, result: raw_result) {
        let path = "\(folder)/raw-\(UUID().uuidString).sqlite"
        var result = raw_result()
        let seconds = body(path, &result)
        for suffix in ["", "-wal", "-shm", "-identity", "-identity-wal", "-identity-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        guard seconds > 0 else { throw BenchError(String(cString: raw_error_text(&result))) }
        return (seconds, result)
    }
}

struct BenchError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
