public import CanonicalJSON

/// 更正: one field of a case changes from an old value to a new one.
public enum Correction: Sendable, Hashable {
    case category(old: Category, new: Category)
    case area(old: KeyArea?, new: KeyArea?)
    /// `replaces` is the commitment of the sealed text it replaces; stored form only.
    case fact(old: SealableText, new: SealableText, replaces: Commitment?)
    case severity(old: Severity, new: Severity)
    case amount(old: Amount?, new: Amount?)
    case basisTitle(old: String, new: String)
    /// Normalised 文号.
    case basisNumber(old: String, new: String)

    /// 更正字段 (contract §1).
    public enum Field: String, CodeList {
        case category = "失信类别"
        case area = "重点领域"
        case fact = "失信事实"
        case severity = "严重程度"
        case amount = "涉及金额(万元)"
        case basisTitle = "依据文书名称"
        case basisNumber = "文号"
        public static let listName = "更正字段"
    }

    public var field: Field {
        switch self {
        case .category: .category
        case .area: .area
        case .fact: .fact
        case .severity: .severity
        case .amount: .amount
        case .basisTitle: .basisTitle
        case .basisNumber: .basisNumber
        }
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        switch try fields.required("field", as: Field.self) {
        case .category: self = .category(old: try fields.required("old"), new: try fields.required("new"))
        case .area: self = .area(old: try fields.optional("old"), new: try fields.optional("new"))
        case .fact:
            let old = try SealableText(json: fields.required("old"), form: form, limit: freeTextLimit)
            let new = try SealableText(json: fields.required("new"), form: form, limit: freeTextLimit)
            let replaces: Commitment? = form == .stored ? try fields.required("replaces") : nil
            self = .fact(old: old, new: new, replaces: replaces)
        case .severity: self = .severity(old: try fields.required("old"), new: try fields.required("new"))
        case .amount: self = .amount(old: try fields.optional("old"), new: try fields.optional("new"))
        case .basisTitle:
            self = .basisTitle(old: try fields.required("old").name(), new: try fields.required("new").name())
        case .basisNumber:
            self = .basisNumber(
                old: try fields.required("old").name(limit: 100), new: try fields.required("new").name(limit: 100))
        }
    }

    func writeNew(to writer: inout JSONWriter) {
        switch self {
        case .category(_, let new): writer.member("new", new)
        case .area(_, let new): writer.member("new", new)
        case .fact(_, let new, _): writer.member("new", new)
        case .severity(_, let new): writer.member("new", new)
        case .amount(_, let new): writer.member("new", new)
        case .basisTitle(_, let new), .basisNumber(_, let new): writer.member("new", new)
        }
    }

    func writeOld(to writer: inout JSONWriter) {
        switch self {
        case .category(let old, _): writer.member("old", old)
        case .area(let old, _): writer.member("old", old)
        case .fact(let old, _, let replaces):
            writer.member("old", old)
            writer.member("replaces", replaces)
        case .severity(let old, _): writer.member("old", old)
        case .amount(let old, _): writer.member("old", old)
        case .basisTitle(let old, _), .basisNumber(let old, _): writer.member("old", old)
        }
    }

    func mapTexts<Failure: Error>(
        under prefix: String, _ transform: (String, SealableText) throws(Failure) -> SealableText
    ) throws(Failure) -> Correction {
        guard case .fact(let old, let new, let replaces) = self else { return self }
        return .fact(
            old: try transform(prefix + "/old", old), new: try transform(prefix + "/new", new), replaces: replaces)
    }
}
