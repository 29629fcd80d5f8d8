internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// Tells an event in words, opening the texts for which there is a key.
struct EventTeller {
    let vault: TextVault
    let entry: Entry
    let event: CreditEvent
    /// What the body was before a change of it.
    let before: BodyHistory.Profile?
    /// Whether the display of the entry's stream has ended: its texts are not opened.
    let isWithheld: Bool

    func open(_ text: SealableText?, _ pointer: String) throws -> String? {
        guard let field = text?.sealed else { return text?.plain }
        if isWithheld, !vault.isDestroyed(field.keyID) { return "〔已停止展示 withheld〕" }
        switch try vault.open(field, of: entry.identity, type: event.type, pointer: pointer) {
        case .text(let plain): return plain
        case .erased: return "〔已抹除 erased〕"
        case .keyMissing: return "〔密钥缺失 key missing〕"
        }
    }

    var document: String? {
        switch event {
        case .incidentDetermined(let data): data.basis.title + " " + data.basis.number.normalised
        case .bodyChanged(let data): data.document?.normalised
        case .subjectKeyDestroyed(let data): data.document?.normalised
        case .displayChanged(let data): data.document?.normalised
        case .keyRotated(let data): data.document?.normalised
        case .statementAttached(let data): data.document?.normalised
        case .calendarAdopted(let data): data.document?.normalised
        case .schemeAdopted(let data): data.document?.normalised
        case .evaluation(let data): data.details.document?.normalised
        default: event.details?.document?.normalised
        }
    }

    func summary() throws -> (chinese: String, english: String) {
        let word = event.type.chinese
        let name = event.type.rawValue
        switch event {
        case .archiveCreated(let data): return ("\(word) \(data.origin)", "\(name) \(data.origin)")
        case .originChanged(let data):
            return (
                "\(word)：\(data.former) → \(data.origin)（\(data.cause.rawValue)，\(data.restoredSize) 条）",
                "\(name): \(data.former) → \(data.origin) (restored, \(data.restoredSize) entries)"
            )
        case .keyRotated(let data):
            let basis = data.basis.map { ("，依据 \($0)", ", by \($0)") } ?? ("", "")
            return (
                "\(word)（\(data.cause.rawValue)）：\(data.former) → \(data.verifierKey)\(basis.0)",
                "\(name) (\(data.cause.english)): \(data.former) → \(data.verifierKey)\(basis.1)"
            )
        case .importCompleted(let data):
            return (
                "\(word)：\(data.template.name)，\(data.file)，收录 \(data.accepted) 行",
                "\(name): \(data.file), \(data.accepted) rows"
            )
        case .subjectKeyDestroyed(let data):
            return ("\(word)：\(data.stream)，依据 \(data.basis)", "\(name): \(data.stream), by \(data.basis)")
        case .displayChanged(let data):
            return ("\(word)：\(data.stream)，依据 \(data.basis)", "\(name): \(data.stream), by \(data.basis)")
        case .bodyRegistered(let data):
            return ("\(word)：\(data.name)（\(data.kind.rawValue)）", "\(name): \(data.name)")
        case .bodyChanged(let data):
            let note = try open(data.note, "/note").map { "；\($0)" } ?? ""
            return ("\(word)，自 \(data.effectiveOn) 起\(note)", "\(name) from \(data.effectiveOn)\(note)")
        case .incidentDetermined(let data):
            let fact = try open(data.fact, "/fact") ?? ""
            let amount = data.amount.map { "，\($0) 万元" } ?? ""
            return (
                "\(word)：\(data.category.name)，\(data.severity.rawValue)\(amount)：\(fact)",
                "\(name): \(data.category.rawValue), \(data.severity.rawValue)\(amount): \(fact)"
            )
        case .objectionDecided(let data):
            let outcome =
                switch data.outcome {
                case .upheldCorrected: ("异议成立更正", "upheld, corrected")
                case .upheldRevoked: ("异议成立撤销", "upheld, revoked")
                case .dismissed: ("异议不成立", "dismissed")
                }
            return try told(outcome.0, "\(name): \(outcome.1)", data.details)
        case .incidentCorrected(let data):
            return try told(
                "\(word)：\(data.correction.field.rawValue)", "\(name): \(data.correction.field.rawValue)", data.details)
        case .act(let data):
            let measure = data.measure.map { "：\($0.rawValue)" } ?? ""
            return try told(word + measure, name + measure, data.details)
        case .statementAttached(let data):
            let text = try open(data.text, "/text").map { "：\($0)" } ?? ""
            return ("\(word)\(text)", "\(name)\(text)")
        case .observationRecorded(let data):
            let what = "\(data.scheme) \(data.indicator) \(data.input) = \(data.value)"
            return ("\(word)：\(what)", "\(name): \(what)")
        case .schemeAdopted(let data):
            let overlay =
                data.overlay.map { ("，调整 \($0.id) \($0.version)", ", overlay \($0.id) \($0.version)") } ?? ("", "")
            let year = data.year.map { ("\($0) 年度，", "for \($0), ") } ?? ("", "")
            return (
                "\(word)：\(data.scheme.id) 第\(data.scheme.version)版\(overlay.0)，\(year.0)\(data.office)",
                "\(name): \(data.scheme.id) \(data.scheme.version)\(overlay.1), \(year.1)\(data.office)"
            )
        case .calendarAdopted(let data):
            let years = data.years.map(String.init).joined(separator: "、")
            return ("\(word)：\(years) 年，\(data.office)", "\(name): \(years), \(data.office)")
        case .evaluation(let data): return try told(data)
        }
    }

    private func told(_ chinese: String, _ english: String, _ details: ActDetails) throws -> (String, String) {
        let note = try open(details.note, "/note").map { "；\($0)" } ?? ""
        return ("\(chinese)，\(details.office)\(note)", "\(english), \(details.office)\(note)")
    }

    /// The 失信事实 that the event puts in force, if it does, opened.
    func factInForce() throws -> (Commitment, String)? {
        if case .incidentDetermined(let data) = event, let commitment = data.fact.sealed?.commitment {
            return (commitment, try open(data.fact, "/fact") ?? "")
        }
        guard case .fact(_, let new, _) = event.correction, let commitment = new.sealed?.commitment else { return nil }
        return (commitment, try changes().first?.new ?? "")
    }

    /// What a correction changed, or a change of a body brought.
    func changes() throws -> [TrailStep.Change] {
        if let correction = event.correction {
            let (old, new) = try values(correction)
            return [TrailStep.Change(field: correction.field.rawValue, old: old, new: new)]
        }
        guard case .bodyChanged(let data) = event, let before else { return [] }
        return switch data.change {
        case .renamed(let name): [TrailStep.Change(field: "名称", old: before.name, new: name)]
        case .recoded(let code):
            [TrailStep.Change(field: "统一社会信用代码", old: before.code?.text ?? "", new: code.text)]
        case .moved(let region): [TrailStep.Change(field: "行政区划代码", old: before.region.text, new: region.text)]
        case .reparented(let parent):
            [TrailStep.Change(field: "上级", old: before.parent?.text ?? "", new: parent?.text ?? "")]
        case .abolished(let successor): [TrailStep.Change(field: "承继主体", old: "", new: successor?.text ?? "")]
        }
    }

    private func values(_ correction: Correction) throws -> (old: String, new: String) {
        let prefix = event.type == .objectionDecided ? "/correction" : ""
        return switch correction {
        case .category(let old, let new): (old.rawValue, new.rawValue)
        case .area(let old, let new): (old?.rawValue ?? "", new?.rawValue ?? "")
        case .severity(let old, let new): (old.rawValue, new.rawValue)
        case .amount(let old, let new): (old?.description ?? "", new?.description ?? "")
        case .basisTitle(let old, let new), .basisNumber(let old, let new): (old, new)
        case .fact(let old, let new, _): (try open(old, prefix + "/old") ?? "", try open(new, prefix + "/new") ?? "")
        }
    }
}

extension CreditEvent {
    /// What an act on a case says: when, who, by which document.
    var details: ActDetails? {
        switch self {
        case .incidentCorrected(let data): data.details
        case .objectionDecided(let data): data.details
        case .act(let data): data.details
        default: nil
        }
    }
}
