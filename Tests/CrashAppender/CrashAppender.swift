import CreditArchive
import EventLog
import Foundation
import TransparencyLog

/// Appends until it is killed, and says of each call what was acknowledged: for the tests of crashes, since the command
/// line acknowledges only as it ends.
///
/// `CrashAppender ARCHIVE BODY FIRST COUNT BATCH TASKS`: calls FIRST, FIRST + 1, … of BATCH events each, by TASKS tasks
/// at once. A line `id position leaf-hash` for each event is written after its call has returned; then `closing`, and
/// after the fold `closed`.
@main
enum CrashAppender {
    static func main() async {
        do { try await append() } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(5)
        }
    }

    private static func append() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 7 else { exit(2) }
        let numbers = arguments[3...6].compactMap { Int($0) }
        guard numbers.count == 4 else { exit(2) }
        let archive = try Archive(opening: ArchiveFolder(arguments[1]), for: .writing)
        let recorder = try Recorder(archive, recordedBy: "key/crash")
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (first, count, batch, tasks) = (numbers[0], numbers[1], numbers[2], numbers[3])
            for task in 0..<tasks {
                group.addTask {
                    for call in stride(from: first + task, to: first + count, by: tasks) {
                        let events = events(call: call, batch: batch, body: arguments[2])
                        let recorded = try await recorder.append(cloudEvents: Array(events.utf8))
                        try acknowledge(recorded, archive)
                    }
                }
            }
            try await group.waitForAll()
        }
        say("closing\n")
        try archive.close()
        say("closed\n")
    }

    /// A case of its own for each call: its determination, then statements.
    private static func events(call: Int, batch: Int, body: String) -> String {
        let events = (0..<batch).map { number in
            let (type, data) =
                number == 0
                ? (
                    "incident.determined",
                    """
                    {"attributedYear":2023,"authority":"县局","basis":{"number":"云信〔2023〕1号","title":"决定书"},\
                    "body":"\(body)","category":"R05","channel":"C03","determinedOn":"2023-03-05","fact":"事实\(call)",\
                    "occurredOn":"2023-01-10","severity":"一般","visibility":"公开"}
                    """
                )
                : ("statement.attached", #"{"occurredOn":"2023-04-01","office":"县局","text":"陈述\#(number)"}"#)
            return #"{"specversion":"1.0","id":"\#(call)/\#(number)","source":"urn:crash","type":"\#(type)","#
                + #""subject":"case/crash-\#(call)","data":\#(data)}"#
        }
        return "[" + events.joined(separator: ",") + "]"
    }

    private static func acknowledge(_ recorded: [Recorded], _ archive: Archive) throws {
        let lines = try recorded.map { item in
            let leaf = try archive.log.entry(at: item.position).bytes.withUnsafeBytes { MerkleHash.leaf($0) }
            return "\(item.id) \(item.position) \(leaf.base64)\n"
        }
        say(lines.joined())
    }

    /// In one piece, past every buffer.
    private static func say(_ text: String) {
        let bytes = Array(text.utf8)
        guard write(1, bytes, bytes.count) == bytes.count else { exit(3) }
    }
}
