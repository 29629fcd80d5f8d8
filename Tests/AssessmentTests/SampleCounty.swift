import Assessment
import CreditModel
import Foundation
import TabularText

/// The sample county's paperwork as inputs of the engine. What is counted from the archive (XB11, XB12) is counted here
/// by a plain walk over the files, which shares nothing with the archive.
enum SampleCounty {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/yunling")

    static func expected(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appending(path: "expected/\(name).json"))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// The rows of a file, by column, and under `row` its number in the file.
    static func rows(_ file: String) throws -> [[String: String]] {
        var reader = try CSVReader(.file(folder.appending(path: "\(file).csv").path))
        guard try reader.next() else { return [] }
        let header = (0..<reader.fieldCount).map { Cell.trimmed(reader.field($0)) }
        var rows: [[String: String]] = []
        while try reader.next() {
            var row = ["row": String(reader.row)]
            for (index, name) in header.enumerated() where index < reader.fieldCount {
                row[name] = Cell.trimmed(Cell.foldWidth(reader.field(index)))
            }
            rows.append(row)
        }
        return rows
    }

    static func day(_ text: String?) -> CalendarDay? {
        guard let text, let parts = try? Cell.date(text) else { return nil }
        return CalendarDay(year: parts.year, month: parts.month, day: parts.day)
    }

    /// The bodies of a scheme's cohort with everything reported of them in 2023.
    static func members(of id: String) throws -> [CohortMember] {
        let scheme = try Schemes.scheme(id)
        let bodies = try rows("bodies")
        var members: [String: CohortMember] = [:]
        for row in bodies {
            guard let code = row["统一社会信用代码"], let body = BodyID(code),
                let kind = BodyKind(codeOrName: row["主体类型"] ?? ""),
                let level = BodyLevel(codeOrName: row["层级"] ?? ""), let region = RegionCode(row["行政区划代码"] ?? ""),
                scheme.cohort.key(kind: kind, level: level, region: region) != nil
            else { continue }
            members[code] = CohortMember(body)
        }
        for row in try rows("observations") where row["方案"] == id {
            guard let code = row["统一社会信用代码"], let indicator = row["指标编号"], let input = row["数据项"],
                let form = scheme[indicator: indicator]?.inputs.first(where: { $0.name == input })?.form
            else { continue }
            let text = row["数值"] ?? ""
            let value = form == .day ? day(text)?.description ?? text : text
            members[code]?.inputs[indicator, default: [:]][input] = InputValue(
                value, hasEvidence: row["佐证材料"]?.isEmpty == false)
        }
        for indicator in scheme.indicators {
            for input in indicator.inputs {
                guard let categories = input.records?.categories.map(\.rawValue) else { continue }
                let timing = indicator.options.choices["counted"] ?? ""
                for code in members.keys {
                    let count = try records(of: code, bodies, categories, timing, scheme.period.days(of: 2023))
                    members[code]?.inputs[indicator.id] = [input.name: InputValue(String(count))]
                }
            }
        }
        return members.values.sorted { $0.body < $1.body }
    }

    /// How many cases of a body, or of one below it, count in the period.
    private static func records(
        of code: String, _ bodies: [[String: String]], _ categories: [String], _ timing: String,
        _ period: ClosedRange<CalendarDay>
    ) throws -> Int {
        var below: Set<String> = [code]
        for _ in bodies {
            for row in bodies where below.contains(row["上级统一社会信用代码"] ?? "") {
                below.insert(row["统一社会信用代码"] ?? "")
            }
        }
        return try SampleCase.all.get().filter { item in
            guard below.contains(item.body), categories.contains(item.category.rawValue), !item.isRevoked else {
                return false
            }
            if timing == "determined" { return period.contains(item.determinedOn) }
            return item.inEffect.contains { $0.lowerBound <= period.upperBound && $0.upperBound > period.lowerBound }
        }.count
    }
}

/// A case of the sample county after everything that the files say of it; rows that the oracle refuses are left out.
struct SampleCase {
    var body: String
    var category: CreditModel.Category
    var determinedOn: CalendarDay
    var isRevoked = false
    /// From the first day on, up to the day on which it was repaired (excluded).
    var inEffect: [Range<CalendarDay>]

    static let all = Result { try read() }

    private static func read() throws -> [SampleCase] {
        let endless = CalendarDay("2999-12-31")!
        var cases: [String: SampleCase] = [:]
        for row in try SampleCounty.rows("incidents") where try !refused("incidents").contains(row["row"] ?? "") {
            guard let id = row["事项编号"], let body = row["统一社会信用代码"], let day = SampleCounty.day(row["认定日期"]),
                let category = CreditModel.Category(codeOrName: row["失信类别"] ?? "")
            else { continue }
            cases[id] = SampleCase(body: body, category: category, determinedOn: day, inEffect: [day..<endless])
        }
        let steps = try SampleCounty.rows("dispositions").enumerated().compactMap { order, row in
            SampleCounty.day(row["日期"]).map { (day: $0, order: order, row: row) }
        }
        for (day, _, row) in steps.sorted(by: { ($0.day, $0.order) < ($1.day, $1.order) })
        where try !refused("dispositions").contains(row["row"] ?? "") {
            guard let id = row["事项编号"], var item = cases[id] else { continue }
            switch row["处置类型"] ?? "" {
            case "撤销", "异议成立撤销": item.isRevoked = true
            case "修复准予":
                let last = item.inEffect.removeLast()
                item.inEffect.append(last.lowerBound..<max(day, last.lowerBound))
            case "修复撤销": item.inEffect.append(day..<endless)
            case "更正", "异议成立更正":
                if row["更正字段"] == "失信类别", let new = CreditModel.Category(codeOrName: row["新值"] ?? "") {
                    item.category = new
                }
            default: break
            }
            cases[id] = item
        }
        return Array(cases.values)
    }

    /// The numbers of the rows that the oracle refuses.
    private static func refused(_ file: String) throws -> Set<String> {
        let oracle = try SampleCounty.expected("import")[file] as? [String: Any]
        let rows = oracle?["rejected"] as? [[String: Any]] ?? []
        return Set(rows.compactMap { ($0["row"] as? Int).map(String.init) })
    }
}
