internal import Assessment
internal import EventLog
internal import TransparencyLog

extension ReportRemarks.SignedHead {
    /// The latest signed checkpoint; nil where there is none. Throws where no key of the archive has signed it.
    init?(latestOf archive: Archive) throws {
        guard let (_, text) = try archive.log.store.latestCheckpoint() else { return nil }
        let note = try Note(parsing: Array(text.utf8))
        let keys = try archive.origins.map { try NoteVerifier($0.verifierKey) }
        guard let signature = try note.verify(trusting: keys).first else {
            preconditionFailure("a verified note has a signature")
        }
        let checkpoint = try Checkpoint(text: note.text)
        let key = KeyFingerprint(signature.verifier)
        self.init(
            origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, keyID: key.keyID,
            fingerprint: key.groups)
    }
}

extension ReportRemarks.Treatment {
    /// The options of the scheme and of its indicators, those of several indicators together, in the order of the register.
    static func list(of scheme: Scheme) -> [ReportRemarks.Treatment] {
        var rows: [String: [String: [String]]] = [:]
        for (option, choice) in scheme.options.choices { rows[option, default: [:]][choice, default: []] += [] }
        for indicator in scheme.indicators {
            for (option, choice) in indicator.options.choices {
                rows[option, default: [:]][choice, default: []].append(indicator.id)
            }
        }
        let catalogue = SchemeLibrary.published.options
        let treatments = rows.flatMap { option, choices in
            choices.compactMap { choice, indicators -> ReportRemarks.Treatment? in
                guard let definition = catalogue[option],
                    let title = definition.choices.first(where: { $0.name == choice })?.title
                else { return nil }
                return ReportRemarks.Treatment(
                    indicators: indicators, option: option, choice: choice, register: definition.register,
                    question: definition.question, title: title)
            }
        }
        return treatments.sorted { ($0.order, $0.option, $0.choice) < ($1.order, $1.option, $1.choice) }
    }

    /// What the register does not number comes last.
    private var order: String { register.first ?? "~" }
}
