import ArchiveTesting
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections

/// An archive that grows by random submissions, late registrations among them; what the rules refuse is passed over.
///
/// Not thread-safe; one test works with it.
final class RandomHistory {
    let temporary: TemporaryFolder
    let folder: ArchiveFolder
    let clock: ManualClock
    private var random: SeededGenerator
    private var sent = 0
    private var bodies: [BodyID] = []
    private var cases: [CaseID] = []
    private var progress: [CaseID: Int] = [:]
    /// Accepted and refused submissions.
    private(set) var outcomes = (accepted: 0, refused: 0)

    static let firstDay = CalendarDay(ordinal: 18_000)
    static let lastDay = CalendarDay(ordinal: 20_400)

    /// - Parameter stream: tells the histories of one run apart.
    init(stream: UInt64) throws {
        temporary = try TemporaryFolder()
        folder = ArchiveFolder(temporary.file("archive"))
        clock = ManualClock()
        random = SeededGenerator(stream: stream)
        _ = try Archive.create(at: folder, origin: "credit.example/random", clock: clock.read)
    }

    /// Opens the archive; whoever wrote last may hold the lock for a moment.
    func open(_ access: Archive.Access) async throws -> Archive {
        for _ in 0..<500 {
            do { return try Archive(opening: folder, for: access, clock: clock.read) } catch let error as EventLogError
                where error.code == .locked
            {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return try Archive(opening: folder, for: access, clock: clock.read)
    }

    /// Sends `count` random submissions, one by one, and closes the archive.
    func grow(by count: Int) async throws {
        let archive = try await open(.writing)
        try await grow(archive, by: count)
        try archive.close()
    }

    func grow(_ archive: Archive, by count: Int) async throws {
        let recorder = try Recorder(archive, recordedBy: "operator/random")
        for _ in 0..<count {
            clock.advance(milliseconds: Int64.random(in: 0...5_000, using: &random))
            do {
                _ = try await recorder.append([submission()])
                outcomes.accepted += 1
            } catch is ArchiveError {
                outcomes.refused += 1
            }
        }
    }

    // MARK: Submissions

    private func pick<Element>(_ list: [Element]) -> Element { list[Int.random(in: list.indices, using: &random)] }
    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// Few days, so that many facts meet on one.
    private func day() -> CalendarDay {
        let days = Int.random(in: 0...200, using: &random)
        return RandomHistory.firstDay.adding(days: days * 12)
    }

    private func submission() -> Submission {
        sent += 1
        let (subject, event) = event()
        return Submission(
            identity: EventIdentity(source: "urn:platform:random", id: "e\(sent)"), subject: subject, event: event)
    }

    private func event() -> (StreamID, CreditEvent) {
        if bodies.count < 3 || chance(4) && bodies.count < 12 { return register() }
        if chance(8) { return change() }
        if cases.count < 4 || chance(12) { return determine() }
        return act()
    }

    private func code(_ number: Int) -> USCC {
        guard let code = USCC(completing: "11419801MB" + String(format: "%07d", number)) else {
            preconditionFailure("seventeen characters of the alphabet")
        }
        return code
    }

    private func register() -> (StreamID, CreditEvent) {
        let code = code(bodies.count + 1)
        // Some bodies have an id of their own.
        let id = chance(30) ? BodyID("body-\(bodies.count)") ?? BodyID(code) : BodyID(code)
        let event = BodyRegistered(
            code: chance(90) ? code : nil, name: "第\(bodies.count)局", kind: pick(BodyKind.allCases),
            level: chance(80) ? pick(BodyLevel.allCases) : nil, region: region(),
            parent: bodies.isEmpty || chance(40) ? nil : pick(bodies),
            establishedOn: chance(30) ? RandomHistory.firstDay : nil)
        bodies.append(id)
        return (.body(id.text), .bodyRegistered(event))
    }

    private func region() -> RegionCode {
        guard let region = RegionCode(pick(["419801", "419802", "419900", "419801101"])) else {
            preconditionFailure("six or nine digits")
        }
        return region
    }

    private func change() -> (StreamID, CreditEvent) {
        let change: BodyChanged.Change =
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3: .renamed("第\(sent)局")
            case 4...5: .recoded(code(100 + sent))
            case 6...7: .moved(region())
            case 8...10: .reparented(chance(20) ? nil : pick(bodies))
            default: .abolished(successor: chance(50) ? pick(bodies) : nil)
            }
        let note: SealableText? = chance(20) ? .plain("机构改革") : nil
        return (.body(pick(bodies).text), .bodyChanged(BodyChanged(change, effectiveOn: day(), note: note)))
    }

    private func determine() -> (StreamID, CreditEvent) {
        guard let id = CaseID("案-\(cases.count)"), let number = DocumentNumber("云信〔2023〕\(cases.count)号") else {
            preconditionFailure("a name of one line")
        }
        cases.append(id)
        let day = day()
        let channel = pick(SourceChannel.allCases)
        let data = IncidentDetermined(
            body: pick(bodies), category: pick([.r02, .r05, .r09]), area: chance(60) ? pick(KeyArea.allCases) : nil,
            fact: .plain("事实甲"), basis: BasisDocument(title: "决定书", number: number), authority: "县发改局",
            authorityCode: nil,
            occurredOn: day.adding(days: -Int.random(in: 0...30, using: &random)), determinedOn: day,
            severity: pick(Severity.allCases), amount: chance(50) ? amount() : nil, rectification: nil,
            rectificationDue: nil, channel: channel, conclusion: channel.requiredConclusion,
            visibility: chance(60) ? .open : .restricted, attributedYear: day.year)
        return (.case(id.text), .incidentDetermined(data))
    }

    private func amount() -> Amount { Amount(millionths: Int128(Int.random(in: 0...3, using: &random)) * 1_250_000) }

    /// The usual way of a case, step by step.
    private static let way: [EventType] = [
        .rectificationOrdered, .rectificationReported, .rectificationAccepted, .repairApplied, .repairAccepted,
        .repairGranted, .repairRescinded,
    ]

    private func nextStep() -> (StreamID, CreditEvent) {
        let id = pick(cases)
        let step = progress[id, default: 0]
        progress[id] = step + 1
        let day = RandomHistory.firstDay.adding(days: 2_000 + step * 30)
        let details = ActDetails(occurredOn: day, office: "县发改局")
        return (.case(id.text), .act(CaseAct(RandomHistory.way[step % RandomHistory.way.count], details)))
    }

    private func act() -> (StreamID, CreditEvent) {
        if chance(50) { return nextStep() }
        // Most go on with the newest cases, on any day of theirs.
        let id = chance(70) ? cases[max(0, cases.count - 1 - Int.random(in: 0..<4, using: &random))] : pick(cases)
        let details = ActDetails(
            occurredOn: day(), office: "县发改局", note: chance(20) ? .plain("说明") : nil)
        let stream = StreamID.case(id.text)
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return (stream, .incidentCorrected(IncidentCorrected(details, correction())))
        case 2:
            let outcome: ObjectionDecided.Outcome =
                chance(40) ? .dismissed : chance(50) ? .upheldRevoked : .upheldCorrected(correction())
            return (stream, .objectionDecided(ObjectionDecided(details, outcome)))
        case 3:
            let text = StatementAttached(occurredOn: details.occurredOn, office: "本单位", text: .plain("陈述"))
            return (stream, .statementAttached(text))
        default:
            let types = CaseAct.types.sorted { $0.rawValue < $1.rawValue }
            let type = chance(8) ? .incidentRevoked : pick(types.filter { $0 != .incidentRevoked })
            return (stream, .act(CaseAct(type, details)))
        }
    }

    private func correction() -> Correction {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .severity(old: pick(Severity.allCases), new: pick(Severity.allCases))
        case 1: .category(old: pick([.r02, .r05, .r09]), new: pick([.r02, .r05, .r09]))
        case 2: .amount(old: chance(50) ? nil : amount(), new: chance(30) ? nil : amount())
        case 3: .area(old: chance(60) ? nil : pick(KeyArea.allCases), new: chance(30) ? nil : pick(KeyArea.allCases))
        default:
            .fact(
                old: .plain(pick(["事实甲", "事实乙"])), new: .plain(pick(["事实甲", "事实乙"])), replaces: nil)
        }
    }
}
