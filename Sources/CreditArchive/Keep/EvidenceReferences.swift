internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections

/// An attachment or adopted document that an entry names and that cannot be used.
public struct MissingEvidence: Sendable, Hashable {
    public var position: UInt64
    public var digest: String
}

/// What the entries of a log keep outside it.
enum EvidenceReferences {
    /// Calls `body` with each digest that an entry of the range names, in order, in pages of short reads.
    ///
    /// Only entries in which a digest can stand are decoded. Throws ``EventLogError`` naming an entry that is damaged.
    static func forEach(
        in range: Range<UInt64>, of store: any LogStore, _ body: (_ position: UInt64, _ digest: String) throws -> Void
    ) throws {
        let page: UInt64 = 1_024
        var position = range.lowerBound
        while position < range.upperBound {
            let end = min(position + page, range.upperBound)
            var found: [Entry] = []
            try store.forEachEntry(in: position..<end) { position, bytes in
                guard mayName(bytes) else { return }
                found.append(try Entry(position: position, bytes: Array(bytes)))
            }
            for entry in found { for digest in try entry.event().digests { try body(entry.position, digest) } }
            position = end
        }
    }

    private static let digestMark = Data("sha256:".utf8)

    private static func mayName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        // Looked through in place; the data does not outlive the call.
        let data = Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count, deallocator: .none)
        return data.range(of: digestMark) != nil
    }

    /// What a store lacks of all that a range of the log names, each digest once, at its first position.
    static func missing(
        in range: Range<UInt64>, of log: any LogStore, from evidence: EvidenceStore
    ) throws -> [MissingEvidence] {
        var missing: [MissingEvidence] = []
        var seen: Set<String> = []
        try forEach(in: range, of: log) { position, digest in
            guard !evidence.holds(digest), seen.insert(digest).inserted else { return }
            missing.append(MissingEvidence(position: position, digest: digest))
        }
        return missing
    }
}

extension CreditEvent {
    /// What this event keeps outside the log.
    fileprivate var digests: [String] {
        switch self {
        case .archiveCreated(let data): data.policies.map(\.digest) + data.calendars.map(\.digest)
        default: evidence.map(\.digest)
        }
    }
}
