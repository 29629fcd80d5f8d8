internal import CanonicalJSON
internal import TransparencyLog

/// What of an entry the checks across entries need; zero where the entry does not say it.
struct DeepRecord: Sendable {
    /// A fingerprint of the subject.
    private(set) var stream: UInt64 = 0
    private(set) var sequence: UInt64 = 0
    /// A fingerprint of source and id.
    private(set) var identity: UInt64 = 0
    /// The time of recording as digits.
    private(set) var time: UInt64 = 0

    /// A position without an entry.
    init() {}

    /// Reads an entry; what is wrong in it alone is a finding.
    init(_ entry: UnsafeRawBufferPointer, at position: UInt64, _ findings: inout FindingList) {
        if entry.count > EntryBundle.maximumEntryByteCount {
            findings.add(.entryTooLong, at: position, "position \(position) has \(entry.count) bytes")
        }
        var scanner = CanonicalScanner(entry)
        let isCanonical = scanner.scan()
        if !isCanonical || scanner.isUndecided {
            let fault = DeepRecord.fault(of: entry)
            if !isCanonical || fault != nil {
                findings.add(.entryNotCanonical, at: position, "position \(position): \(fault ?? "not an object")")
            }
        }
        guard isCanonical else { return }
        take(scanner.envelope, at: position, &findings)
    }

    private mutating func take(_ envelope: Envelope, at position: UInt64, _ findings: inout FindingList) {
        if let key = envelope.unknownKey {
            let name = String(decoding: key.prefix(100), as: UTF8.self)
            findings.add(.envelopeUnknownKey, at: position, "position \(position): \(name)")
        }
        if let key = envelope.missingKey {
            findings.add(.envelopeMalformed, at: position, "position \(position) lacks \(key)")
        }
        // A name that is there but is no string is as bad as none.
        guard let subject = envelope.subject, let source = envelope.source, let id = envelope.id,
            let sequence = envelope.sequence, let time = envelope.recordedTime, envelope.isVersionOne
        else {
            if envelope.missingKey == nil {
                let detail =
                    "position \(position): specversion, subject, source, id, sequence or recordedtime has another form"
                findings.add(.envelopeMalformed, at: position, detail)
            }
            return
        }
        stream = DeepRecord.fingerprint(subject)
        identity = DeepRecord.fingerprint(source, id)
        (self.sequence, self.time) = (sequence, time)
    }

    /// A number that is the same for the same bytes in this process, and cannot be foreseen; never zero.
    static func fingerprint(_ parts: Envelope.Bytes...) -> UInt64 {
        var hasher = Hasher()
        // Each part has its quotes, so that no two lists of parts run together into the same bytes.
        for part in parts { hasher.combine(bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: part))) }
        return max(1, UInt64(bitPattern: Int64(hasher.finalize())))
    }

    private static func fault(of entry: UnsafeRawBufferPointer) -> String? {
        do throws(JSONFault) {
            try CanonicalForm.check([UInt8](entry))
            return nil
        } catch {
            return error.english
        }
    }
}
