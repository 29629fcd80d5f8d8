public import CreditModel

/// One fact as somebody hands it in: a platform as a CloudEvent, an office as a row of a template.
public struct HandedFact: Sendable {
    /// The CloudEvents id; a row has its own.
    public var id: String
    public var type: EventType
    /// The stream, such as `case/a`.
    public var subject: String
    /// The day by which the fact takes its place in a timeline; nil for a registration.
    public var day: CalendarDay?
    /// Submitted data: strings, numbers, and objects of strings.
    public var data: [(key: String, value: JSONTree)]

    public init(
        _ id: String, _ type: EventType, _ subject: String, on day: CalendarDay?,
        _ data: [(key: String, value: JSONTree?)]
    ) {
        self.id = id
        self.type = type
        self.subject = subject
        self.day = day
        self.data = data.compactMap { key, value in value.map { (key, $0) } }
    }

    /// The text of a member, or of a member of one of its objects.
    func text(_ path: String...) -> String? {
        var value: JSONTree? = .object(data)
        for key in path {
            guard case .object(let members) = value else { return nil }
            value = members.first { $0.key == key }?.value
        }
        return switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    public var cloudEvent: String {
        JSONTree.object([
            ("specversion", .string("1.0")), ("id", .string(id)), ("source", .string("urn:platform:random")),
            ("type", .string(type.rawValue)), ("subject", .string(subject)), ("data", .object(data)),
        ]).canonical
    }
}

extension HandedFact {
    /// A row of a template (contract §1).
    public struct Row: Sendable, Hashable {
        public var template: ImportCompleted.Template
        public var cells: [String: String]
    }

    /// The same fact as a row; nil where no template has it: changes of bodies, and bodies that a code does not name.
    public var row: Row? {
        switch type {
        case .bodyRegistered: bodyRow
        case .incidentDetermined: incidentRow
        default: dispositionRow
        }
    }

    private var bodyRow: Row? {
        guard let code = text("code"), subject == "body/" + code, text("parent").map({ USCC($0) != nil }) ?? true,
            let level = text("level")
        else { return nil }
        return Row(
            template: .bodies,
            cells: cells([
                ("统一社会信用代码", code), ("名称", text("name")), ("主体类型", text("kind")), ("层级", level),
                ("行政区划代码", text("region")), ("上级统一社会信用代码", text("parent")), ("成立日期", text("establishedOn")),
            ]))
    }

    private var incidentRow: Row? {
        guard let body = text("body"), USCC(body) != nil else { return nil }
        return Row(
            template: .incidents,
            cells: cells([
                ("事项编号", String(subject.dropFirst("case/".count))), ("统一社会信用代码", body), ("失信类别", text("category")),
                ("重点领域", text("area")), ("失信事实", text("fact")), ("依据文书名称", text("basis", "title")),
                ("文号", text("basis", "number")), ("认定部门", text("authority")), ("发生日期", text("occurredOn")),
                ("认定日期", text("determinedOn")), ("严重程度", text("severity")), ("涉及金额(万元)", text("amount")),
                ("信息来源渠道", text("channel")), ("结论状态", text("conclusion")), ("公开属性", text("visibility")),
                ("归属年度", text("attributedYear")),
            ]))
    }

    private var dispositionRow: Row? {
        guard let kind = HandedFact.kinds[type] ?? decision else { return nil }
        let correction = type == .objectionDecided ? ["correction"] : []
        func corrected(_ key: String) -> String? {
            correction.isEmpty ? text(key) : text("correction", key)
        }
        return Row(
            template: .dispositions,
            cells: cells([
                ("事项编号", String(subject.dropFirst("case/".count))), ("处置类型", kind), ("日期", text("occurredOn")),
                ("办理部门", text("office")), ("说明", text(type == .statementAttached ? "text" : "note")),
                ("更正字段", corrected("field")), ("原值", corrected("old")), ("新值", corrected("new")),
            ]))
    }

    private func cells(_ cells: [(String, String?)]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: cells.map { ($0, $1 ?? "") })
    }

    private var decision: String? {
        switch text("outcome") {
        case "upheldCorrected": "异议成立更正"
        case "upheldRevoked": "异议成立撤销"
        case "dismissed": "异议不成立"
        default: nil
        }
    }

    /// The table of 处置类型 in contract §1, the other way round.
    private static let kinds: [EventType: String] = [
        .rectificationOrdered: "整改责令", .rectificationReported: "整改报告", .rectificationAccepted: "整改验收",
        .objectionFiled: "异议提出", .objectionWithdrawn: "异议撤回", .incidentCorrected: "更正", .incidentRevoked: "撤销",
        .repairApplied: "修复申请", .repairAccepted: "修复受理", .repairDeclined: "修复不予受理", .repairGranted: "修复准予",
        .repairRefused: "修复不予", .repairRescinded: "修复撤销", .statementAttached: "主体陈述", .measureImposed: "措施实施",
        .measureLifted: "措施解除",
    ]
}

extension [HandedFact.Row] {
    /// The rows as a UTF-8 file of their template; all are of one.
    public var csv: String {
        let header = first?.cells.keys.sorted() ?? []
        let lines = [header] + map { row in header.map { row.cells[$0] ?? "" } }
        return lines.map { line in
            line.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
        }.joined()
    }
}
