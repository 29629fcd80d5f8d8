internal import CanonicalJSON
internal import CreditModel
internal import Projections

/// A difference as a flat table, one change a row, with the entries below it; or as a CSV of the changes.
struct DifferenceTable {
    private let difference: JSONNode
    private let global: GlobalOptions

    /// - Parameter difference: the JSON of a ``Difference``.
    init(_ difference: JSONNode, _ global: GlobalOptions) {
        self.difference = difference
        self.global = global
    }

    /// One change of one field.
    private struct Row {
        var subject: String
        var field: String
        var old: String
        var new: String
        var positions: [UInt64]
    }

    func show() throws {
        let say = global.language
        let entries = difference[list: "entries"]
        let steps = Dictionary(entries.map { ($0[number: "position"] ?? 0, $0) }) { first, _ in first }
        let isTable = global.effectiveFormat == .table
        func listed(_ row: Row, _ value: (JSONNode) -> String) -> String {
            row.positions.compactMap { steps[$0].map(value) }.joined(separator: isTable ? say("；", "; ") : " ")
        }
        typealias Column = Renderer.Column<Row>
        let what: [Column] = [
            .init(say("对象", "of")) { $0.subject }, .init(say("字段", "field")) { $0.field },
            .init(say("原值", "old"), flexible: true) { $0.old }, .init(say("新值", "new"), flexible: true) { $0.new },
        ]
        let by: [Column] =
            isTable
            ? [
                .init(say("由（位置）", "by (position)"), flexible: true) { row in
                    if row.positions.isEmpty { return say("时间推移", "time alone") }
                    return listed(row) { "\($0.text("position")) \(type($0))" }
                }
            ]
            : [
                .init(say("位置", "positions")) { row in listed(row) { $0.text("position") } },
                .init(say("类型", "types")) { row in listed(row) { $0.text("type") } },
                .init(say("收录时间", "recorded")) { row in listed(row) { $0.text("recordedTime") } },
            ]
        let none = say("两个时刻之间没有变化", "nothing changed between the two moments")
        try global.renderer.list(rows(), what + by, empty: none) { _, _ in }
        guard isTable, !entries.isEmpty else { return }
        Terminal.write("\n")
        try show(entries)
    }

    private func type(_ step: JSONNode) -> String {
        let word = step.text("type")
        return global.language(EventType(rawValue: word)?.chinese ?? word, word)
    }

    private func show(_ steps: [JSONNode]) throws {
        let say = global.language
        let columns: [Renderer.Column<JSONNode>] = [
            .init(say("位置", "position"), number: true) { $0.text("position") },
            .init(say("收录时间", "recorded")) { $0.text("recordedTime") },
            .init(say("日期", "day")) { $0.text("day") }, .init(say("类型", "type"), type),
            .init(say("流", "stream"), flexible: true) { $0.text("subject") },
        ]
        try global.renderer.list(steps, columns) { $1.raw($0.source) }
    }

    private func rows() -> [Row] {
        let say = global.language
        let name = difference.text("name")
        var all = rows(name, difference[list: "profile"]) { BodyField(rawValue: $0)?.chinese }
        all += rows(name, difference[list: "counts"]) { CountField(rawValue: $0)?.chinese }
        for item in difference[list: "cases"] {
            let changes = item[list: "changes"]
            all += rows(
                item.text("case"), changes, { CaseField(rawValue: $0)?.chinese },
                word: { field, value in say(CaseField(rawValue: field)?.chinese(of: value) ?? value, value) })
            let changing = Set(changes.flatMap(positions))
            let others = positions(item).filter { !changing.contains($0) }
            if !others.isEmpty {
                let note = say("（未改变字段的记录）", "(recorded, no field changed)")
                all.append(Row(subject: item.text("case"), field: note, old: "", new: "", positions: others))
            }
        }
        return all
    }

    private func positions(_ item: JSONNode) -> [UInt64] {
        item[list: "positions"].compactMap { try? $0.integer() }.map { UInt64(clamping: $0) }
    }

    /// - Parameters:
    ///   - chinese: the name of a field.
    ///   - word: how a value of a field is said.
    private func rows(
        _ subject: String, _ changes: [JSONNode], _ chinese: (String) -> String?,
        word: (_ field: String, _ value: String) -> String = { $1 }
    ) -> [Row] {
        changes.map { change in
            let field = change.text("field")
            func text(_ value: JSONNode?) -> String {
                guard let value else { return "" }
                if let flag = try? value.boolean() {
                    return flag ? global.language("是", "yes") : global.language("否", "no")
                }
                return value.kind == .string ? word(field, value.text) : value.text
            }
            return Row(
                subject: subject, field: global.language(chinese(field) ?? field, field),
                old: text(change[member: "old"]), new: text(change[member: "new"]), positions: positions(change))
        }
    }
}
