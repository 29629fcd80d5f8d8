/// Scores of the two 2023 tables, written from the requirements' tables (§3.1, §3.2) and contract §5 alone: plain
/// fractions of machine integers, one line an indicator, no code and no data of the engine.
struct PlainScores {
    struct Fraction {
        var top: Int
        var bottom: Int

        init(_ top: Int, _ bottom: Int = 1) {
            self.top = top
            self.bottom = bottom
        }

        /// A decimal of at most two places.
        init(_ text: String) {
            let parts = text.split(separator: ".")
            let places = parts.count > 1 ? parts[1].count : 0
            bottom = [1, 10, 100][places]
            top = Int(parts.joined()) ?? 0
        }

        static func + (left: Fraction, right: Fraction) -> Fraction {
            Fraction(left.top * right.bottom + right.top * left.bottom, left.bottom * right.bottom)
        }
        static func - (left: Fraction, right: Fraction) -> Fraction { left + Fraction(-right.top, right.bottom) }
        static func * (left: Fraction, right: Fraction) -> Fraction {
            Fraction(left.top * right.top, left.bottom * right.bottom)
        }
        static func < (left: Fraction, right: Fraction) -> Bool { left.top * right.bottom < right.top * left.bottom }
        static func least(_ left: Fraction, _ right: Fraction) -> Fraction { right < left ? right : left }
        static func most(_ left: Fraction, _ right: Fraction) -> Fraction { left < right ? right : left }

        /// Half up, in hundredths.
        var hundredths: Int {
            let doubled = 200 * top + bottom
            let (quotient, rest) = doubled.quotientAndRemainder(dividingBy: 2 * bottom)
            return rest < 0 ? quotient - 1 : quotient
        }
    }

    struct Row {
        var hundredths: Int?
        var flags: Set<String> = []
    }

    struct Missing: Error {}

    let inputs: [String: String]

    private func text(_ name: String) throws -> String {
        guard let value = inputs[name] else { throw Missing() }
        return value
    }
    private func number(_ name: String, upTo maximum: Int? = nil) throws -> Fraction {
        let value = Fraction(try text(name))
        return maximum.map { Fraction.least(value, Fraction($0)) } ?? value
    }
    private func isYes(_ name: String) throws -> Bool { try text(name) == "是" }

    /// A rate of at most one; nil without a base.
    private func rate(_ top: String, _ bottom: String) throws -> Fraction? {
        let (part, whole) = (try number(top), try number(bottom))
        if whole.top == 0 { return nil }
        return .least(Fraction(part.top * whole.bottom, part.bottom * whole.top), Fraction(1))
    }

    private func row(_ value: Fraction, _ flags: Set<String> = []) -> Row {
        Row(hundredths: value.hundredths, flags: flags)
    }

    private func share(_ points: Int, _ rate: Fraction?, less: Bool = false) -> Row {
        guard let rate else { return row(Fraction(points), ["NO_BASE"]) }
        return row(Fraction(points) * (less ? Fraction(1) - rate : rate))
    }

    private func each(_ amount: Fraction, _ names: [String], upTo points: Int, most: Int? = nil) throws -> Row {
        var sum = Fraction(0)
        for name in names { sum = sum + amount * (try number(name, upTo: most)) }
        return row(.least(sum, Fraction(points)))
    }

    private func less(_ points: Int, _ amount: Fraction, _ names: [String]) throws -> Row {
        var left = Fraction(points)
        for name in names { left = left - amount * (try number(name)) }
        return row(.most(left, Fraction(0)))
    }

    /// An indicator that looks at its own body alone.
    func score(_ id: String) throws -> Row {
        let half = Fraction(1, 2)
        switch id {
        case "XZ01": return row(try isYes("list_published") ? Fraction(2) : Fraction(0))
        case "XZ02": return try each(Fraction(2, 5), ["reposted", "localised"], upTo: 4, most: 5)
        case "XZ03":
            guard try isYes("made") else { return row(Fraction(0)) }
            return row(Fraction(try text("published_on") <= "2023-03-31" ? 2 : 1))
        case "XZ04": return share(5, try rate("lost", "concluded"), less: true)
        case "XZ05": return share(5, try rate("directly_corrected", "concluded"), less: true)
        case "XZ06": return row(try isYes("system_published") ? Fraction(2) : Fraction(0))
        case "XZ07": return try less(3, half, ["failed"])
        case "XZ08":
            return row(
                Fraction(2)
                    * (try number("report_rate", upTo: 1) + number("compliance_rate", upTo: 1)
                        + number("timeliness_rate", upTo: 1)))
        case "XZ09":
            let kinds = ["compulsion", "reward", "confirmation", "ruling", "inspection"]
            return row(Fraction(try kinds.filter { try isYes($0) }.count))
        case "XZ10", "XZ11":
            let score = try number("manual_score")
            if Fraction(id == "XZ10" ? 6 : 4) < score { throw Missing() }
            return row(score, ["MANUAL"])
        case "XZ12": return row(Fraction(4) * (try number("satisfaction", upTo: 1)))
        case "XZ13": return try each(Fraction(3, 5), ["fields_used"], upTo: 3, most: 5)
        case "XZ14": return try each(half, ["scenarios"], upTo: 3)
        case "XZ15": return try each(Fraction(1, 5), ["sectors"], upTo: 6)
        case "XZ16": return row(Fraction(3) * (try number("coverage", upTo: 1)))
        case "XZ17": return try each(Fraction(3, 5), ["sectors"], upTo: 3)
        case "XZ18": return try less(2, half, ["complained", "returned", "overdue"])
        case "XZ19": return share(6, try rate("repaid", "due"))
        case "XZ20": return share(6, try rate("fulfilled", "due"))
        case "XZ21": return share(6, try rate("paid", "payable"))
        case "XZ22":
            let (cases, handled) = (try number("cases"), try number("handled"))
            return row(Fraction(handled < cases ? 0 : cases.top > 0 ? 3 : 5))
        case "XZ23":
            let counts = try ["new_dishonest", "new_late", "new_timely"].map { try number($0).top }
            let points = counts[0] > 0 ? 0 : counts[1] > 0 ? 2 : counts[2] > 0 ? 4 : 6
            let isPending = inputs["new_pending"].map { $0 != "0" } ?? false
            return row(Fraction(points), isPending ? ["PENDING"] : [])
        case "XZ24": return try each(half, ["activities"], upTo: 3)
        case "XB03": return try less(6, Fraction(2), ["failed"])
        case "XB04":
            _ = try (number("timely"), number("completed"))
            guard let timely = try rate("timely", "applications"), let completed = try rate("completed", "applications")
            else { return row(Fraction(5), ["NO_BASE"]) }
            return row(Fraction(2) * timely + Fraction(3) * completed)
        case "XB06":
            let kinds = try ["compulsion", "reward", "confirmation", "ruling", "inspection"].map { try text($0) }
            return row(Fraction(kinds.filter { $0 != "缺失" }.count), kinds.contains("未产生") ? ["EXEMPT"] : [])
        case "XB07":
            if try isYes("exempt") { return row(Fraction(8), ["EXEMPT"]) }
            let (used, published) = (try isYes("used"), try isYes("published"))
            return row(Fraction(used ? published ? 8 : 5 : 0))
        case "XB08": return share(10, try rate("closed", "assigned"))
        case "XB09": return try less(8, Fraction(2), ["problems"])
        case "XB10": return try less(8, Fraction(4), ["judged"])
        case "XB11": return row(Fraction(try number("arrears").top > 0 ? 0 : 8))
        case "XB12": return row(Fraction(try number("listed").top > 0 ? 0 : 8))
        case "XB13", "XB14": return try each(Fraction(1), ["activities"], upTo: 4)
        default: throw Missing()
        }
    }

    /// XB01, XB02 and XB05, which place a body among the others: dense, zero anchored at full marks (§3.4).
    static func placed(_ id: String, _ cohort: [[String: String]]) -> [Row] {
        let (points, top, bottom) =
            id == "XB01"
            ? (10, "corrected", "concluded") : id == "XB02" ? (10, "lost", "concluded") : (6, "late_or_missing", "due")
        let rates = cohort.map { inputs -> (rate: Fraction, hasBase: Bool)? in
            guard inputs[top] != nil, inputs[bottom] != nil else { return nil }
            let rate = try? PlainScores(inputs: inputs).rate(top, bottom)
            return (rate ?? Fraction(0), rate != nil)
        }
        // Distinct rates above zero, counted by looking at each pair.
        let known = rates.compactMap(\.self).map(\.rate).filter { $0.top > 0 }
        func isFirst(_ index: Int) -> Bool {
            !known[..<index].contains { !($0 < known[index]) && !(known[index] < $0) }
        }
        let distinct = known.indices.filter(isFirst).map { known[$0] }
        return rates.map { item in
            guard let item else { return Row(hundredths: nil, flags: ["MISSING"]) }
            let steps = distinct.filter { !(item.rate < $0) }.count
            let value = Fraction(points) - Fraction(points * steps, max(distinct.count, 1))
            return Row(hundredths: value.hundredths, flags: item.hasBase ? [] : ["NO_BASE"])
        }
    }
}
