import ArchiveTesting
import Foundation
import Testing

/// `CrashAppender` at work on an archive, and what it has acknowledged.
struct Appender {
    static let source = "urn:crash"

    /// One acknowledged event: as `CrashAppender` writes its lines.
    struct Acknowledged: Hashable {
        var id: String
        var position: Int64
        var leaf: String
    }

    let running: Program.Running

    /// - Parameters:
    ///   - first: number of the first call; a call that was made before is a duplicate.
    ///   - batch: events in a call.
    init(
        _ archive: ProgramArchive, first: Int, count: Int, batch: Int, tasks: Int = 1,
        environment: [String: String] = [:]
    ) throws {
        running = try Program.Running(
            [archive.path, County.body] + [first, count, batch, tasks].map(String.init), environment: environment,
            program: Program.built("CrashAppender"))
    }

    /// Waits until the program has acknowledged `count` events, or has ended.
    func wait(forAcknowledgements count: Int) {
        let deadline = ContinuousClock.now + .seconds(60)
        while Appender.acknowledged(running.outputSoFar).count < count, ContinuousClock.now < deadline,
            Foundation.kill(running.id, 0) == 0
        { usleep(500) }
    }

    static func acknowledged(_ output: Data) -> [Acknowledged] {
        let text = String(decoding: output, as: UTF8.self)
        // The last line may be cut off.
        let whole = text.lastIndex(of: "\n").map { text[..<$0] } ?? ""
        return whole.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let position = Int64(words[1]) else { return nil }
            return Acknowledged(id: String(words[0]), position: position, leaf: String(words[2]))
        }
    }

    /// Every acknowledged event is in the log, where and as it was said to be; and every call is whole or absent.
    static func check(_ acknowledged: [Acknowledged], batch: Int, in archive: ProgramArchive, _ label: String) throws {
        let entries = try LogRows(archive: archive.path).entries.filter { $0.source == source }
        let kept = Set(entries.map { Acknowledged(id: $0.id, position: $0.position, leaf: $0.leaf) })
        let lost = acknowledged.filter { !kept.contains($0) }
        #expect(lost.isEmpty, "\(label): lost \(lost.count), first \(lost.first?.id ?? "")")
        let calls = Dictionary(grouping: entries) { $0.id.prefix { $0 != "/" } }
        let half = calls.filter { $0.value.count != batch }.map(\.key)
        #expect(half.isEmpty, "\(label): half written: \(half)")
    }
}
