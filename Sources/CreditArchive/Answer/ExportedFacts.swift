internal import CreditModel
internal import EventLog
internal import Foundation
internal import LogAudit
internal import Projections

/// The entries of an exported log as events: what a deep audit of an archive learns from a fresh fold, as far as one
/// entry tells it. The rules of a case's timeline need the archive or a backup.
struct ExportedFacts {
    /// The folder of an export that the checker has found sound: `events.ndjson` holds the proven entries.
    let path: String

    private static let pieceBytes = 1 << 20
    private static let findingLimit = 1_000

    /// Decodes every entry. Throws ``ArchiveError`` where the file cannot be read.
    func run() throws -> [Finding] {
        let file = "\(path)/events.ndjson"
        let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError.file("cannot-read", file, DurableFile.reason(errno)) }
        defer { close(descriptor) }
        var findings: [Finding] = []
        var (rest, position): ([UInt8], UInt64) = ([], 0)
        var piece = [UInt8](repeating: 0, count: ExportedFacts.pieceBytes)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ArchiveError.file("cannot-read", file, DurableFile.reason(errno)) }
            if count == 0 { break }
            rest += piece[..<count]
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                decode(Array(rest[start..<end]), position, &findings)
                position += 1
                start = end + 1
            }
            rest.removeFirst(start)
            // The checker has seen no line longer than an entry; a file that has been changed since is not read for ever.
            guard rest.count <= Entry.maximumBytes else { break }
        }
        return findings
    }

    private func decode(_ bytes: [UInt8], _ position: UInt64, _ findings: inout [Finding]) {
        guard findings.count < ExportedFacts.findingLimit else { return }
        do {
            let event = try Entry(position: position, bytes: bytes).event()
            guard position == 0 else { return }
            if case .archiveCreated = event { return }
            findings.append(Finding(.creationMissing, at: 0, "archive.created"))
        } catch {
            findings.append(Finding(.entryUndecodable, at: position, ArchiveError(error).english))
        }
    }
}
