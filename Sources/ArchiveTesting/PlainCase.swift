internal import Foundation

/// One case, folded fact by fact (contract §2).
struct PlainCase {
    var id: String
    var body: String
    var category: String
    var area: String?
    var severity: String
    var amount: String?
    var isOpen: Bool
    var year: Int
    var determinedOn: String
    var status = "inEffect"
    var inDispute = false
    var repairedOn: String?

    /// Nil where no determination is among the facts.
    init?(_ timeline: [PlainFold.Event]) {
        guard let determination = timeline.first(where: { $0.type == "incident.determined" }) else { return nil }
        let data = determination.data
        id = String(determination.subject.dropFirst("case/".count))
        body = data["body"] as? String ?? ""
        category = data["category"] as? String ?? ""
        area = data["area"] as? String
        severity = data["severity"] as? String ?? ""
        amount = data["amount"] as? String
        isOpen = data["visibility"] as? String == "公开"
        year = data["attributedYear"] as? Int ?? 0
        determinedOn = data["determinedOn"] as? String ?? ""
        for fact in timeline { take(fact) }
    }

    private mutating func take(_ fact: PlainFold.Event) {
        switch fact.type {
        case "incident.corrected": correct(fact.data)
        case "incident.revoked": (status, inDispute) = ("revoked", false)
        case "objection.filed": inDispute = true
        case "objection.withdrawn": inDispute = false
        case "objection.decided":
            inDispute = false
            if fact.data["outcome"] as? String == "upheldRevoked" { status = "revoked" }
            if let correction = fact.data["correction"] as? [String: Any] { correct(correction) }
        case "repair.granted": (status, repairedOn) = ("repaired", fact.day)
        case "repair.rescinded": (status, repairedOn) = ("inEffect", nil)
        default: break
        }
    }

    private mutating func correct(_ correction: [String: Any]) {
        let new = correction["new"] as? String
        switch correction["field"] as? String {
        case "失信类别": category = new ?? ""
        case "重点领域": area = new
        case "严重程度": severity = new ?? ""
        case "涉及金额(万元)": amount = new
        default: break
        }
    }

    /// In effect, 公开, and 认定日期 ≤ day < 认定日期 + the longest term: 轻微 3 months, 一般 1 year, 严重 3 years.
    func isPublicised(on day: String) -> Bool {
        isOpen && status == "inEffect" && determinedOn <= day && day < publicityEnd
    }

    var publicityEnd: String {
        PlainDay.adding(["轻微": 3, "一般": 12, "严重": 36][severity] ?? 0, to: determinedOn)
    }

    var json: [String: Any] {
        [
            "case": id, "category": category, "area": area ?? NSNull(), "severity": severity, "status": status,
            "inDispute": inDispute, "determinedOn": determinedOn, "repairedOn": repairedOn ?? NSNull(),
            "amount": amount ?? NSNull(),
        ] as [String: Any]
    }
}

extension PlainFold {
    /// The days from which on cases are no longer publicised, whatever becomes of them.
    public func publicityEnds(_ moment: Moment) -> [String] { cases(moment).map(\.publicityEnd) }

    /// Every case that is determined by the facts used, in order of its id.
    func cases(_ moment: Moment) -> [PlainCase] {
        let subjects = Set(events.filter { $0.type == "incident.determined" }.map(\.subject))
        return subjects.compactMap { PlainCase(timeline($0, moment)) }
            .sorted { Array($0.id.utf8).lexicographicallyPrecedes(Array($1.id.utf8)) }
    }
}
