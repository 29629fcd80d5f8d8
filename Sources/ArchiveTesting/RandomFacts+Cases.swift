internal import CreditModel

extension RandomFacts {
    /// The usual way of a case, step by step; a rescinded repair is applied for again.
    static let way: [EventType] = [
        .rectificationOrdered, .rectificationReported, .rectificationAccepted, .repairApplied, .repairAccepted,
        .repairGranted, .repairRescinded, .repairApplied, .repairAccepted, .repairRefused, .repairApplied,
        .repairDeclined, .repairApplied, .repairAccepted, .repairGranted,
    ]

    /// Acts that say no more than when and who, and end no case.
    private static let plainActs: [EventType] = [
        .rectificationOrdered, .rectificationReported, .rectificationAccepted, .objectionFiled, .objectionFiled,
        .objectionWithdrawn, .repairApplied, .repairAccepted, .repairDeclined, .repairGranted, .repairRefused,
        .repairRescinded, .measureImposed, .measureLifted, .publicityExpired,
    ]

    mutating func determine() -> HandedFact {
        let id = "案-\(cases.count)"
        let day = day(of: "case/" + id)
        let channel = random.pick(SourceChannel.allCases)
        let values = [
            "失信类别": category(), "严重程度": severity(), "失信事实": "事实甲", "文号": "云信〔2023〕\(cases.count)号",
            "依据文书名称": "决定书",
        ]
        let optional = ["重点领域": random.chance(60) ? area() : nil, "涉及金额(万元)": random.chance(60) ? amount() : nil]
        cases.append(
            CaseSketch(id: id, lastDay: day, values: values.merging(optional.compactMapValues { $0 }) { $1 }))
        func value(_ field: String) -> JSONTree? { cases[cases.count - 1].values[field].map { .string($0) } }
        return HandedFact(
            "e\(made)", .incidentDetermined, "case/" + id, on: day,
            [
                ("body", .string(random.pick(bodies))), ("category", value("失信类别")), ("area", value("重点领域")),
                ("fact", value("失信事实")),
                ("basis", .object([("title", .string("决定书")), ("number", value("文号") ?? .null)])),
                ("authority", .string("县发改局")),
                ("occurredOn", .string(day.adding(days: -random.below(31)).description)),
                ("determinedOn", .string(day.description)), ("severity", value("严重程度")),
                ("amount", value("涉及金额(万元)")), ("channel", .string(channel.rawValue)),
                ("conclusion", channel.requiredConclusion.map { .string($0.rawValue) }),
                ("visibility", .string(random.chance(65) ? Visibility.open.rawValue : Visibility.restricted.rawValue)),
                ("attributedYear", .integer(Int64(day.year - (random.chance(15) ? 1 : 0)))),
            ])
    }

    private mutating func category() -> String { random.pick(["R02", "R05", "R09"]) }
    private mutating func severity() -> String { random.pick(Severity.allCases).rawValue }
    private mutating func area() -> String { random.pick(KeyArea.allCases).rawValue }
    private mutating func amount() -> String { random.pick(["0", "0.005", "1.25", "2.5", "3.333333", "1000000"]) }

    mutating func act() -> HandedFact {
        // Most go on with the newest cases.
        let recent = max(0, cases.count - 1 - random.below(3))
        let index = random.chance(70) ? recent : random.below(cases.count)
        let sketch = cases[index]
        let stream = "case/" + sketch.id
        // One in four is registered late, or lies where it cannot.
        let day = day(of: stream, after: random.chance(75) ? sketch.lastDay : nil)
        var data: [(key: String, value: JSONTree?)] = [
            ("occurredOn", .string(day.description)), ("office", .string("县发改局")),
        ]
        let type: EventType
        switch random.below(22) {
        case 0..<10: type = RandomFacts.way[sketch.step % RandomFacts.way.count]
        case 10...12:
            type = .incidentCorrected
            data += correction(of: sketch).map { ($0, $1) }
        case 13...15:
            type = .objectionDecided
            let outcome = random.pick(["dismissed", "upheldCorrected", "upheldCorrected", "upheldRevoked"])
            data.append(("outcome", .string(outcome)))
            if outcome == "upheldCorrected" { data.append(("correction", .object(correction(of: sketch)))) }
        case 16:
            type = .statementAttached
            data.append(("text", .string("陈述\(made)")))
        case 17: type = random.chance(50) ? .incidentRevoked : .objectionFiled
        default: type = random.pick(RandomFacts.plainActs)
        }
        if type != .statementAttached, random.chance(15) { data.append(("note", .string("说明"))) }
        return HandedFact("e\(made)", type, stream, on: day, data)
    }

    /// Mostly from the value in force, as far as is known.
    private mutating func correction(of sketch: CaseSketch) -> [(key: String, value: JSONTree)] {
        let field = random.pick(["失信类别", "重点领域", "失信事实", "严重程度", "涉及金额(万元)", "依据文书名称", "文号"])
        func value() -> String? {
            switch field {
            case "失信类别": category()
            case "重点领域": random.chance(30) ? nil : area()
            case "失信事实": random.pick(["事实甲", "事实乙"])
            case "严重程度": severity()
            case "涉及金额(万元)": random.chance(30) ? nil : amount()
            case "依据文书名称": random.pick(["决定书", "判决书"])
            default: "云信〔2023〕\(random.below(9))号"
            }
        }
        let old = random.chance(80) ? sketch.values[field] : value()
        let members: [(key: String, value: String?)] = [("field", field), ("old", old), ("new", value())]
        return members.compactMap { key, text in text.map { (key, .string($0)) } }
    }
}
