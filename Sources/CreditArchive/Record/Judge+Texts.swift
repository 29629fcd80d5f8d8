internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections

// Cases as the log has them, and the texts of events: their keys, sealed and opened.
extension Judge {
    func caseFile(_ id: CaseID) throws -> CaseFile? {
        if let file = cases[id] { return file }
        let stream = StreamID.case(id.text)
        let head = try archive.log.stream(stream)
        guard head.count > 0 else { return nil }
        var facts: [CaseFact] = []
        var file: CaseFile?
        for (version, position) in head.positions.enumerated() {
            let entry = try archive.log.entry(of: stream, version: version, at: position)
            let event = try entry.event()
            if case .incidentDetermined(let data) = event { file = CaseFile(body: data.body) }
            guard let fact = CaseFact(event, position: position), let file else { continue }
            facts.append(fact)
            file.remember(event, of: entry.identity, archive.vault)
        }
        file?.timeline = try CaseTimeline(facts, under: archive.policy)
        file?.count = head.count
        file?.key = try existingKey(of: head)
        cases[id] = file
        return file
    }

    /// A key for the rehearsal of an import: nothing sealed with it is ever kept.
    private static let rehearsalKey = (id: UInt32.max, bytes: [UInt8](repeating: 1, count: 32))

    func takeKey() throws -> (id: UInt32, bytes: [UInt8]) {
        if rehearsal { return Judge.rehearsalKey }
        guard let keys = archive.keys else { preconditionFailure("a writing archive has its keys") }
        let (id, key) = try keys.take()
        return (id, key)
    }

    /// The key for a stream's next text: its first, or the newest where that is gone; none where that is gone too.
    func existingKey(of stream: StreamHead) throws -> (id: UInt32, bytes: [UInt8])? {
        guard let first = stream.keyID else { return nil }
        if let key = try existingKey(first) { return key }
        for position in stream.positions.reversed() {
            if let newest = try IndexedEntry(archive.log.entry(at: position)).keyID { return try existingKey(newest) }
        }
        return nil
    }

    private func existingKey(_ id: UInt32) throws -> (id: UInt32, bytes: [UInt8])? {
        guard !archive.vault.isDestroyed(id), case .key(let key) = try archive.keys?.lookup(id) else { return nil }
        return (id, key)
    }

    /// A key at hand, unless it was destroyed since.
    func usable(_ key: (id: UInt32, bytes: [UInt8])?) -> (id: UInt32, bytes: [UInt8])? {
        key.flatMap { archive.vault.isDestroyed($0.id) ? nil : $0 }
    }

    func openFact(_ field: SealedField, _ place: FieldCipher.Place) throws -> TextVault.Opened {
        if field.keyID == Judge.rehearsalKey.id, rehearsal {
            return .text(try archive.vault.cipher.open(field, at: place, key: Judge.rehearsalKey.bytes))
        }
        return try archive.vault.open(field, at: place)
    }

    func seal(_ submission: Submission, _ key: (id: UInt32, bytes: [UInt8])?) throws -> CreditEvent {
        guard let key else { return submission.event }
        return try archive.vault.seal(submission.event, of: submission.identity, keyID: key.id, key: key.bytes)
    }

    func draft(
        _ sealed: CreditEvent, _ submission: Submission, key: (id: UInt32, bytes: [UInt8])?
    ) -> EventDraft {
        EventDraft(
            sealed, identity: submission.identity, subject: submission.subject, time: submission.time,
            recordedBy: submission.recordedBy ?? recordedBy, importID: submission.importID,
            importRow: submission.importRow,
            keyID: submission.event.hasText ? key?.id : nil, persons: submission.persons)
    }
}
