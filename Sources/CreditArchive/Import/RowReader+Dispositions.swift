internal import CanonicalJSON
internal import CreditModel
internal import EventLog

extension RowReader {
    /// A row of the template 后续处置 (contract §1).
    func disposition(_ cells: inout RowCells) throws -> (CreditEvent, StreamID, String, String?) {
        let id = cells.caseID("事项编号")
        let kind = cells.requiredCode("处置类型", DispositionKind.self)
        let day = cells.requiredDay("日期")
        let office = cells.requiredName("办理部门")
        let document = cells.documentNumber("文号")
        let note = cells.text("说明", limit: kind == .statement ? statementLimit : freeTextLimit)
        let claimed = cells.day("原系统登记日期")
        let evidence = try attachments(&cells, column: "附件")
        let isCorrection = kind == .corrected || kind == .objectionUpheldCorrected
        let correction = kind == nil ? nil : correction(&cells, expected: isCorrection)
        guard cells.problems.isEmpty, let id, let kind, let day, let office else {
            throw RowRejected(problems: cells.problems)
        }
        let details = ActDetails(
            occurredOn: day, office: office, document: document, note: note.map(SealableText.plain),
            evidence: evidence, claimedRecordedOn: claimed)
        let identity = [
            id.text, day.description, kind.rawValue, document?.normalised ?? "-", correction?.field.rawValue ?? "-",
        ].joined(separator: "/")
        return (event(kind, details, correction), .case(id.text), identity, nil)
    }

    private func event(_ kind: DispositionKind, _ details: ActDetails, _ correction: Correction?) -> CreditEvent {
        if let type = kind.simpleType {
            var details = details
            var measure: Measure?
            // A measure named by its word in 说明 is a fact, not a text.
            if type == .measureImposed, let word = details.note?.plain, let known = Measure(rawValue: word) {
                measure = known
                details.note = nil
            }
            return .act(CaseAct(type, details, measure: measure))
        }
        switch (kind, correction) {
        case (.corrected, let correction?): return .incidentCorrected(IncidentCorrected(details, correction))
        case (.objectionUpheldCorrected, let correction?):
            return .objectionDecided(ObjectionDecided(details, .upheldCorrected(correction)))
        case (.objectionUpheldRevoked, _): return .objectionDecided(ObjectionDecided(details, .upheldRevoked))
        case (.objectionDismissed, _): return .objectionDecided(ObjectionDecided(details, .dismissed))
        default:
            return .statementAttached(
                StatementAttached(
                    occurredOn: details.occurredOn, office: details.office, text: details.note,
                    document: details.document, evidence: details.evidence,
                    claimedRecordedOn: details.claimedRecordedOn))
        }
    }

    /// 更正字段, 原值 and 新值: all of a correction, none of anything else.
    private func correction(_ cells: inout RowCells, expected: Bool) -> Correction? {
        guard expected else {
            for column in ["更正字段", "原值", "新值"] where cells.raw(column) != nil {
                cells.note(
                    column, "not-a-correction", "只有更正和异议成立更正填写\(column)，请删除或改处置类型",
                    "only corrections fill in \(column); clear it or change 处置类型")
            }
            return nil
        }
        guard let field = cells.requiredCode("更正字段", Correction.Field.self) else { return nil }
        switch field {
        case .category:
            guard let (old, new) = both(&cells, { $0.code($1, Category.self) }) else { return nil }
            return .category(old: old, new: new)
        case .severity:
            guard let (old, new) = both(&cells, { $0.code($1, Severity.self) }) else { return nil }
            return .severity(old: old, new: new)
        case .fact:
            guard let (old, new) = both(&cells, { $0.text($1, limit: freeTextLimit) }) else { return nil }
            return .fact(old: .plain(old), new: .plain(new), replaces: nil)
        case .basisTitle:
            guard let (old, new) = both(&cells, { $0.name($1) }) else { return nil }
            return .basisTitle(old: old, new: new)
        case .basisNumber:
            guard let (old, new) = both(&cells, { $0.documentNumber($1)?.normalised }) else { return nil }
            return .basisNumber(old: old, new: new)
        // These two may be empty: a correction can fill them in or clear them.
        case .area: return .area(old: cells.code("原值", KeyArea.self), new: cells.code("新值", KeyArea.self))
        case .amount: return .amount(old: cells.amount("原值"), new: cells.amount("新值"))
        }
    }

    private func both<Value>(
        _ cells: inout RowCells, _ read: (inout RowCells, String) -> Value?
    ) -> (old: Value, new: Value)? {
        let old = cells.required("原值").flatMap { _ in read(&cells, "原值") }
        let new = cells.required("新值").flatMap { _ in read(&cells, "新值") }
        guard let old, let new else { return nil }
        return (old, new)
    }
}
