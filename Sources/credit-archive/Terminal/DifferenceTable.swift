internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Projections

/// A difference as a flat table, one change a row, with the entries below it; or as a CSV of the changes.
struct DifferenceTable {
    private let difference: Difference
    private let global: GlobalOptions

    init(_ difference: Difference, _ global: GlobalOptions) {
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
        let steps = Dictionary(uniqueKeysWithValues: difference.steps.map { ($0.position, $0) })
        let isTable = global.effectiveFormat == .table
        func listed(_ row: Row, _ value: (Difference.Step) -> String) -> String {
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
                    return listed(row) { "\($0.position) \(say($0.type.chinese, $0.type.rawValue))" }
                }
            ]
            : [
                .init(say("位置", "positions")) { row in listed(row) { String($0.position) } },
                .init(say("类型", "types")) { row in listed(row) { $0.type.rawValue } },
                .init(say("收录时间", "recorded")) { row in listed(row) { $0.recordedTime } },
            ]
        let none = say("两个时刻之间没有变化", "nothing changed between the two moments")
        try global.renderer.list(rows(), what + by, empty: none) { _, _ in }
        guard isTable, !difference.steps.isEmpty else { return }
        Terminal.write("\n")
        try showSteps(difference.steps)
    }

    private func showSteps(_ steps: [Difference.Step]) throws {
        let say = global.language
        let columns: [Renderer.Column<Difference.Step>] = [
            .init(say("位置", "position"), number: true) { String($0.position) },
            .init(say("收录时间", "recorded")) { $0.recordedTime }, .init(say("日期", "day")) { $0.day?.description ?? "" },
            .init(say("类型", "type")) { say($0.type.chinese, $0.type.rawValue) },
            .init(say("流", "stream"), flexible: true) { $0.subject },
        ]
        try global.renderer.list(steps, columns) { $0.write(to: &$1) }
    }

    private func rows() -> [Row] {
        let say = global.language
        let found = difference.found
        let name = found.body.name
        var all = rows(name, found.profile) { say($0.chinese, $0.rawValue) }
        all += rows(name, found.counts) { say($0.chinese, $0.rawValue) }
        for item in found.cases {
            all += rows(
                item.id.text, item.changes, { say($0.chinese, $0.rawValue) }, word: { say($0.chinese(of: $1), $1) })
            let changing = Set(item.changes.flatMap(\.positions))
            let others = item.positions.filter { !changing.contains($0) }
            if !others.isEmpty {
                let note = say("（未改变字段的记录）", "(recorded, no field changed)")
                all.append(Row(subject: item.id.text, field: note, old: "", new: "", positions: others))
            }
        }
        return all
    }

    /// - Parameter word: how a value of a field is said.
    private func rows<Field>(
        _ subject: String, _ changes: [BodyDifference.Change<Field>], _ name: (Field) -> String,
        word: (Field, String) -> String = { $1 }
    ) -> [Row] {
        changes.map { change in
            func text(_ value: FieldValue) -> String {
                switch value {
                case .absent: ""
                case .text(let text): word(change.field, text)
                case .flag(let flag): flag ? global.language("是", "yes") : global.language("否", "no")
                case .number(let number): String(number)
                case .sealed(let commitment): difference.text(commitment)
                }
            }
            return Row(
                subject: subject, field: name(change.field), old: text(change.old), new: text(change.new),
                positions: change.positions)
        }
    }
}
