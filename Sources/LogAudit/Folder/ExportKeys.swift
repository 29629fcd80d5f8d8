internal import TransparencyLog

/// The names of the files of an exported log (C2SP tlog-tiles, and what stands beside it).
enum ExportFile {
    static let checkpoint = "checkpoint"
    static let checkpoints = "checkpoints"
    static let tiles = "tile"
    static let bundles = "tile/entries"
    static let events = "events.ndjson"
    static let keys = "log.vkey"
    static let publicised = "publicised"
    static let publicisedIndex = "publicised/index.ndjson"
    static let receiptSuffix = ".tlog-proof"
    /// What is said about the log, and proves nothing of it: read by nobody here.
    static let explanations = ["AUDIT.md", "audit.py"]
    static let schemas = "schemas"
}

/// The keys that an export names as its own.
enum ExportKeys {
    private static let byteLimit = 1 << 20

    /// Reads the list of keys, one a line; a line that is none is a finding.
    ///
    /// - Throws: what keeps an audit from being made.
    static func read(
        _ folder: GuardedFolder, _ findings: inout FindingList
    ) throws(AuditError) -> [NoteVerifier] {
        var keys: [NoteVerifier] = []
        do throws(StorageFault) {
            let buffer = FileBuffer()
            guard try folder.read(ExportFile.keys, limit: byteLimit, into: buffer) else {
                findings.add(.fileMissing, ExportFile.keys)
                return []
            }
            guard buffer.content.last == UInt8(ascii: "\n") else {
                findings.add(.keysMalformed, "\(ExportFile.keys): the last line is not ended")
                return []
            }
            let lines = buffer.content.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() {
                do throws(TransparencyError) {
                    guard let text = String(validating: line, as: UTF8.self) else {
                        throw TransparencyError(.keyMalformed, "not UTF-8")
                    }
                    let key = try NoteVerifier(text)
                    // Base64 has other forms of the same bytes; a list has the one form.
                    guard key.string.utf8.elementsEqual(line) else {
                        throw TransparencyError(.keyMalformed, "not in its one form")
                    }
                    keys.append(key)
                } catch {
                    findings.add(.keysMalformed, "\(ExportFile.keys), line \(number + 1): \(error.detail)")
                }
            }
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(error.finding, error.message)
        }
        return keys
    }
}
