extension CreditEvent {
    /// The attachments that this event names.
    public var evidence: [Evidence] {
        switch self {
        case .incidentDetermined(let data): data.evidence
        case .incidentCorrected(let data): data.details.evidence
        case .objectionDecided(let data): data.details.evidence
        case .act(let data): data.details.evidence
        case .statementAttached(let data): data.evidence
        case .observationRecorded(let data): data.evidence
        case .calendarAdopted(let data): [data.file]
        case .schemeAdopted(let data): data.files
        case .evaluation(let data): data.details.evidence
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayChanged,
            .bodyRegistered, .bodyChanged:
            []
        }
    }

    /// The same event without its attachments.
    public func withoutEvidence() -> CreditEvent {
        switch self {
        case .incidentDetermined(var data):
            data.evidence = []
            return .incidentDetermined(data)
        case .statementAttached(var data):
            data.evidence = []
            return .statementAttached(data)
        case .observationRecorded(var data):
            data.evidence = []
            return .observationRecorded(data)
        case .evaluation(var data):
            data.details.evidence = []
            return .evaluation(data)
        default: return mapDetails { $0.evidence = [] }
        }
    }

    /// The same event with every 文号 in normalised form, the original beside it where it differs.
    public func normalisingDocuments() -> CreditEvent {
        // Most platforms send normalised numbers: nothing is copied for them.
        guard documentNumbers.contains(where: { !DocumentNumber.isNormalised($0) }) else { return self }
        switch self {
        case .incidentDetermined(var data):
            data.basis.number.normalise()
            return .incidentDetermined(data)
        case .bodyChanged(var data):
            data.document?.normalise()
            return .bodyChanged(data)
        case .statementAttached(var data):
            data.document?.normalise()
            return .statementAttached(data)
        case .evaluation(var data):
            data.details.document?.normalise()
            return .evaluation(data)
        default:
            let event = mapDetails { $0.document?.normalise() }
            guard case .basisNumber(let old, let new) = event.correction else { return event }
            return event.replacingCorrection(
                .basisNumber(old: DocumentNumber.normalise(old), new: DocumentNumber.normalise(new)))
        }
    }

    /// Every 文号 that this event names.
    private var documentNumbers: [String] {
        switch self {
        case .incidentDetermined(let data): return [data.basis.number.normalised]
        case .bodyChanged(let data): return data.document.map { [$0.normalised] } ?? []
        case .statementAttached(let data): return data.document.map { [$0.normalised] } ?? []
        case .incidentCorrected(let data):
            var numbers = data.details.document.map { [$0.normalised] } ?? []
            if case .basisNumber(let old, let new) = data.correction { numbers += [old, new] }
            return numbers
        case .objectionDecided(let data):
            var numbers = data.details.document.map { [$0.normalised] } ?? []
            if case .basisNumber(let old, let new) = correction { numbers += [old, new] }
            return numbers
        case .act(let data): return data.details.document.map { [$0.normalised] } ?? []
        case .evaluation(let data): return data.details.document.map { [$0.normalised] } ?? []
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayChanged,
            .bodyRegistered, .observationRecorded, .calendarAdopted, .schemeAdopted:
            return []
        }
    }

    private func mapDetails(_ change: (inout ActDetails) -> Void) -> CreditEvent {
        switch self {
        case .incidentCorrected(var data):
            change(&data.details)
            return .incidentCorrected(data)
        case .objectionDecided(var data):
            change(&data.details)
            return .objectionDecided(data)
        case .act(var data):
            change(&data.details)
            return .act(data)
        default: return self
        }
    }
}

extension DocumentNumber {
    /// Puts the number into its normalised form; what the sender wrote stays beside it.
    mutating func normalise() {
        let form = DocumentNumber.normalise(normalised)
        guard form != normalised, !form.isEmpty else { return }
        written = written ?? normalised
        normalised = form
    }
}
