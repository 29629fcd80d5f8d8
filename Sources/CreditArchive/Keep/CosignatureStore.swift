internal import EventLog
internal import Foundation
public import TransparencyLog

/// The cosignatures of witnesses, beside the checkpoints of the log: `cosignatures/<size>`, signature lines alone.
///
/// A checkpoint is written once and waits for nobody, so what witnesses say of it later stands here. Only verified lines
/// are put in; whoever relies on one verifies it again with the witness's key. A file is replaced as a whole.
public struct CosignatureStore: Sendable {
    /// So many of the latest files are looked through for what a witness cosigned last.
    private static let maximumLookBack = 64

    private let folder: String

    /// The cosignatures of an archive or a backup.
    public init(_ folder: ArchiveFolder) { self.folder = folder.cosignatures }

    private func path(_ size: UInt64) -> String { "\(folder)/\(size)" }

    /// A stored checkpoint with the cosignatures that it has by now.
    ///
    /// - Throws: ``ArchiveError`` `cosignatures-damaged`; ``TransparencyError`` where the note is no checkpoint.
    public func note(of stored: String) throws -> String {
        let note = try Note(parsing: Array(stored.utf8))
        let lines = try signatures(size: Checkpoint(text: note.text).size)
        guard !lines.isEmpty else { return stored }
        let merged = try Note(text: note.text, signatures: note.signatures + lines)
        return String(decoding: merged.bytes, as: UTF8.self)
    }

    /// The signatures kept for a size; none where no witness has cosigned. Throws ``ArchiveError`` `cosignatures-damaged`.
    public func signatures(size: UInt64) throws(ArchiveError) -> [NoteSignature] {
        let path = path(size)
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try CosignatureLines(parsing: Files.read(path)).signatures
        } catch {
            throw ArchiveError(
                .unavailable, "cosignatures-damaged", field: path,
                chinese: "见证签名文件 \(path) 已损坏；检查点本身不受影响，请移走该文件后用 checkpoint --policy 重新取得",
                english:
                    "the file of cosignatures \(path) is damaged; the checkpoint itself is not: move the file away and get "
                    + "them again with checkpoint --policy")
        }
    }

    /// Keeps signatures that the caller has verified, durably; they replace what is there of the same keys.
    ///
    /// - Throws: ``ArchiveError`` `cosignatures-damaged`, `storage-failed`.
    func add(_ new: [NoteSignature], size: UInt64) throws {
        guard !new.isEmpty else { return }
        try Files.makeFolder(folder)
        try locked {
            let kept = try signatures(size: size).filter { old in
                !new.contains { $0.isOfSameKey(as: old) }
            }
            try Files.write(CosignatureLines(kept + new).bytes, to: path(size))
        }
    }

    /// Takes what another store has for sizes up to `last` and this one has not.
    func takeAll(from other: CosignatureStore, through last: UInt64) throws {
        for size in other.sizes() where size <= last {
            let kept = try signatures(size: size)
            // A file that is damaged there is missing here; the witnesses can be asked again.
            let new = ((try? other.signatures(size: size)) ?? []).filter { one in
                !kept.contains { $0.isOfSameKey(as: one) }
            }
            try add(new, size: size)
        }
    }

    /// The largest size up to `last` that a key cosigned, as far as the latest files tell; nil where none does.
    func latestSize(of verifier: NoteVerifier, through last: UInt64) -> UInt64? {
        sizes().reversed().filter { $0 <= last }.prefix(CosignatureStore.maximumLookBack).first { size in
            (try? signatures(size: size))?.contains(where: verifier.isKey) == true
        }
    }

    private func sizes() -> [UInt64] {
        Files.names(in: folder).compactMap { name in UInt64(name).flatMap { String($0) == name ? $0 : nil } }.sorted()
    }

    /// Two processes that ask witnesses at once add to one file in turn.
    private func locked(_ body: () throws -> Void) throws {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ArchiveError.storage(path, errno) }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw ArchiveError.storage(path, errno) }
        try body()
    }
}

extension NoteSignature {
    // By bytes: `==` of strings would take canonically equivalent names for equal.
    fileprivate func isOfSameKey(as other: NoteSignature) -> Bool {
        keyID == other.keyID && name.utf8.elementsEqual(other.name.utf8)
    }
}

/// Times of cosignatures for readers.
public enum CosignatureTime {
    /// A moment in UTC, RFC 3339; the bare number where a witness claims a time beyond the year 9999.
    public static func text(_ timestampSeconds: UInt64) -> String {
        // 9999-12-31T23:59:59Z.
        guard timestampSeconds <= 253_402_300_799 else { return String(timestampSeconds) }
        return RecordedTime.text(milliseconds: Int64(timestampSeconds) * 1000)
    }
}

extension WitnessPolicy.Cosigned {
    /// When the witness cosigned, UTC.
    public var timeText: String { CosignatureTime.text(timestampSeconds) }
}
