import CanonicalJSON
import CreditModel
import Testing

@Suite struct CaseFactTests {
    @Test(arguments: EventType.allCases)
    func `exactly the events about a case are facts of its timeline`(type: EventType) throws {
        for example in try EventExample.of(type) where example.pointer == nil && example.form == .stored {
            let event = try example.verdict.get()
            let fact = CaseFact(event, position: 12)
            #expect((fact != nil) == (type.streamFamily == "case"), "\(example.label)")
            guard let fact else { continue }
            #expect(fact.position == 12)
            var fields = try example.data.fields()
            let day: CalendarDay = try fields.required(type == .incidentDetermined ? "determinedOn" : "occurredOn")
            #expect(fact.day == day)
            if type != .objectionDecided { #expect(fact.step.chinese == type.chinese) }
        }
    }

    @Test func `each outcome of an objection is a step of its own`() throws {
        let details = ActDetails(occurredOn: day("2024-01-02"), office: "云岭县发展和改革委员会")
        let correction = Correction.severity(old: .minor, new: .ordinary)
        let outcomes: [(ObjectionDecided.Outcome, CaseStep)] = [
            (.dismissed, .objectionDismissed), (.upheldRevoked, .objectionUpheldRevoked),
            (.upheldCorrected(correction), .objectionUpheldCorrected(.severity(old: .minor, new: .ordinary))),
        ]
        for (outcome, step) in outcomes {
            #expect(CaseFact(.objectionDecided(ObjectionDecided(details, outcome)), position: 1)?.step == step)
        }
    }

    @Test func `a text that is not sealed yet has no place in a timeline`() throws {
        let details = ActDetails(occurredOn: day("2024-01-02"), office: "云岭县发展和改革委员会")
        let plain = Correction.fact(old: .plain("甲"), new: .plain("乙"), replaces: nil)
        #expect(CaseFact(.incidentCorrected(IncidentCorrected(details, plain)), position: 1) == nil)
        #expect(CaseFact(.objectionDecided(ObjectionDecided(details, .upheldCorrected(plain))), position: 1) == nil)
        for example in try EventExample.of(.incidentDetermined)
        where example.pointer == nil && example.form == .submitted {
            #expect(CaseFact(try example.verdict.get(), position: 1) == nil)
        }
    }

    @Test func `a sealed correction of the fact goes from the commitment that it replaces to the new one`() throws {
        let details = ActDetails(occurredOn: day("2024-01-02"), office: "云岭县发展和改革委员会")
        let sealed = { (number: UInt8) in
            SealableText.sealed(
                SealedField(keyID: 1, nonce: [], ciphertext: [], commitment: commitment(number)))
        }
        let correction = Correction.fact(old: sealed(1), new: sealed(2), replaces: commitment(3))
        let fact = CaseFact(.incidentCorrected(IncidentCorrected(details, correction)), position: 1)
        #expect(fact?.step == .corrected(.fact(old: commitment(3), new: commitment(2))))
    }

    @Test func `a determination brings its record`() throws {
        let example = try #require(
            EventExample.of(.incidentDetermined).first { $0.form == .stored && $0.name == "full" })
        guard case .incidentDetermined(let data) = try example.verdict.get(),
            case .determined(let record) = try #require(CaseFact(.incidentDetermined(data), position: 1)).step
        else {
            Issue.record("no determination")
            return
        }
        #expect(record.body == data.body && record.category == data.category && record.area == data.area)
        #expect(record.severity == data.severity && record.amount == data.amount)
        #expect(record.visibility == data.visibility && record.attributedYear == data.attributedYear)
        #expect(record.basisTitle == data.basis.title && record.basisNumber == data.basis.number.normalised)
        #expect(record.fact == data.fact.sealed?.commitment)
    }

    @Test func `facts stand by day, then by position`() {
        let fact = { (date: String, position: UInt64) in
            CaseFact(day: day(date), position: position, step: .statement)
        }
        #expect(fact("2023-01-01", 9).precedes(fact("2023-01-02", 1)))
        #expect(!fact("2023-01-02", 1).precedes(fact("2023-01-01", 9)))
        #expect(fact("2023-01-01", 1).precedes(fact("2023-01-01", 2)))
        #expect(!fact("2023-01-01", 2).precedes(fact("2023-01-01", 2)))
        #expect(fact("2023-01-01", 2).precedes(fact("2023-01-01", CaseFact.unrecorded)))
    }
}
