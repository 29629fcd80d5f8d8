internal import CanonicalJSON
internal import CreditModel

/// The life of one synthetic case, planned as a whole: a realistic mix of rectification, repair, objection, correction.
struct DemoCase {
    let id: String
    /// In order of days.
    private(set) var events: [CreditEvent] = []

    private let authority: String
    private var day: CalendarDay
    private var category: Category
    private var severity: Severity
    private var amount: Amount?

    /// Nothing is dated later than this.
    private static let last = CalendarDay(ordinal: 20_605)
    private static let works = ["政策兑现", "项目结算", "合同履行", "信息公开", "招商引资", "工程款支付", "行政许可办理"]

    init(number: Int, of body: (id: BodyID, name: String, event: BodyRegistered), _ random: inout SeededGenerator) {
        let start = CalendarDay(ordinal: 17_897 + Int32(random.next() % 2_400))
        id = "\(body.event.region)-\(start.year)-\(DemoRegister.digits(number, 7))"
        authority = String(body.name.prefix { $0 != "县" }) + "县发展和改革局"
        day = start
        category = random.pick(Category.allCases)
        severity = random.pick([.minor, .minor, .ordinary, .ordinary, .ordinary, .serious])
        amount = random.chance(35) ? Amount(millionths: Int128(random.next() % 5_000_000) * 10_000) : nil
        determine(number, body, &random)
        live(number, &random)
    }

    private mutating func determine(
        _ number: Int, _ body: (id: BodyID, name: String, event: BodyRegistered), _ random: inout SeededGenerator
    ) {
        let channel = random.pick(SourceChannel.allCases)
        let work = random.pick(DemoCase.works)
        let occurred = day.adding(days: -Int(random.next() % 120))
        let data = IncidentDetermined(
            body: body.id, category: category, area: random.chance(80) ? random.pick(KeyArea.allCases) : nil,
            fact: .plain("\(body.name)在\(work)中未按约定履行义务，第\(number)号核查记录在案"),
            basis: BasisDocument(title: "行政决定书", number: document(number, 1)), authority: authority,
            authorityCode: nil, occurredOn: occurred, determinedOn: day, severity: severity, amount: amount,
            rectification: random.chance(60) ? .plain("限期整改") : nil, rectificationDue: day.adding(days: 60),
            channel: channel, conclusion: channel.requiredConclusion, visibility: random.pick(Visibility.allCases),
            attributedYear: day.year)
        events.append(.incidentDetermined(data))
    }

    private func document(_ number: Int, _ step: Int) -> DocumentNumber {
        guard let document = DocumentNumber("云信〔\(day.year)〕\(number * 32 + step)号") else {
            preconditionFailure("a fixed form with two numbers in it is a document number")
        }
        return document
    }

    private func details(_ number: Int, _ random: inout SeededGenerator) -> ActDetails {
        ActDetails(
            occurredOn: day, office: authority,
            document: random.chance(60) ? document(number, events.count + 1) : nil,
            note: random.chance(10) ? .plain("补充说明") : nil)
    }

    /// Goes on by some days; false where the case is as far as it goes.
    private mutating func wait(_ days: ClosedRange<Int>, _ random: inout SeededGenerator) -> Bool {
        let next = day.adding(days: Int.random(in: days, using: &random))
        guard next <= DemoCase.last else { return false }
        day = next
        return true
    }

    private mutating func act(_ type: EventType, _ number: Int, _ random: inout SeededGenerator) {
        events.append(.act(CaseAct(type, details(number, &random))))
    }

    private mutating func live(_ number: Int, _ random: inout SeededGenerator) {
        if random.chance(25) { object(number, &random) }
        if random.chance(4), wait(1...40, &random) { return act(.incidentRevoked, number, &random) }
        if random.chance(12), wait(0...20, &random) { correct(number, &random) }
        if random.chance(15), wait(1...10, &random) {
            events.append(
                .act(CaseAct(.measureImposed, details(number, &random), measure: random.pick(Measure.allCases))))
        }
        guard random.chance(75) else { return }
        for type in [EventType.rectificationOrdered, .rectificationReported, .rectificationAccepted] {
            guard wait(3...45, &random) else { return }
            act(type, number, &random)
        }
        guard random.chance(70), wait(category == .r02 ? 366...420 : 5...60, &random) else { return }
        act(.repairApplied, number, &random)
        guard wait(1...4, &random) else { return }
        if random.chance(8) { return act(.repairDeclined, number, &random) }
        act(.repairAccepted, number, &random)
        guard wait(2...20, &random) else { return }
        act(random.chance(92) ? .repairGranted : .repairRefused, number, &random)
        if random.chance(10), wait(5...60, &random) {
            events.append(
                .statementAttached(
                    StatementAttached(occurredOn: day, office: authority, text: .plain("已全额履行并公开承诺"))))
        }
    }

    private mutating func object(_ number: Int, _ random: inout SeededGenerator) {
        guard wait(1...15, &random) else { return }
        act(.objectionFiled, number, &random)
        guard wait(2...10, &random) else { return }
        if random.chance(20) { return act(.objectionWithdrawn, number, &random) }
        events.append(.objectionDecided(ObjectionDecided(details(number, &random), .dismissed)))
    }

    private mutating func correct(_ number: Int, _ random: inout SeededGenerator) {
        let correction: Correction
        if let old = amount, random.chance(60) {
            let new = Amount(millionths: old.millionths + 12_500_000)
            correction = .amount(old: old, new: new)
            amount = new
        } else {
            let old = severity
            severity = old == .ordinary ? .minor : .ordinary
            correction = .severity(old: old, new: severity)
        }
        events.append(.incidentCorrected(IncidentCorrected(details(number, &random), correction)))
    }
}
