import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct CreditEventTests {
    @Test(arguments: EventType.allCases)
    func `every text of an event is visited once, with its place`(type: EventType) throws {
        for example in try EventExample.of(type) where example.pointer == nil && example.form == .stored {
            let event = try example.verdict.get()
            var visited: [String] = []
            let same = event.mapTexts { pointer, text in
                visited.append(pointer)
                return text
            }
            #expect(
                visited.sorted() == (try JSONTree(json: example.data).sealedPointers().sorted()), "\(example.label)")
            #expect(same == event)
        }
    }

    @Test(arguments: EventType.allCases)
    func `sealing every text turns a submitted event into a stored one`(type: EventType) throws {
        let commitment = try #require(Commitment([UInt8](repeating: 7, count: 32)))
        let field = SealedField(
            keyID: 1, nonce: [UInt8](repeating: 0, count: 12), ciphertext: [UInt8](repeating: 1, count: 60),
            commitment: commitment)
        for example in try EventExample.of(type) where example.pointer == nil && example.form == .submitted {
            var sealed = try example.verdict.get().mapTexts { _, _ in .sealed(field) }
            if case .fact(let old, let new, _) = sealed.correction {
                sealed = sealed.replacingCorrection(.fact(old: old, new: new, replaces: commitment))
            }
            let data = try root(json(sealed))
            try CanonicalForm.check(Array(json(sealed).utf8))
            #expect(try CreditEvent(type: type, data: data, form: .stored) == sealed)
        }
    }

    @Test func `a failure of sealing comes out as it is`() throws {
        struct NoKey: Error, Equatable { var pointer: String }
        let example = try #require(EventExample.of(.incidentDetermined).first { $0.name == "full" })
        let event = try example.verdict.get()
        #expect(throws: NoKey(pointer: "/rectification")) {
            try event.mapTexts { (pointer, text) throws(NoKey) in
                if pointer == "/rectification" { throw NoKey(pointer: pointer) }
                return text
            }
        }
    }

    @Test func `a correction is taken out of both events that carry one and put back`() throws {
        let details = ActDetails(occurredOn: day("2024-01-02"), office: "云岭县发展和改革委员会")
        let first = Correction.severity(old: .minor, new: .ordinary)
        let second = Correction.amount(old: nil, new: Amount("3.5"))
        let corrected = CreditEvent.incidentCorrected(IncidentCorrected(details, first))
        #expect(corrected.correction == first)
        #expect(corrected.replacingCorrection(second) == .incidentCorrected(IncidentCorrected(details, second)))
        let decided = CreditEvent.objectionDecided(ObjectionDecided(details, .upheldCorrected(first)))
        #expect(decided.correction == first)
        #expect(decided.replacingCorrection(second).correction == second)
        let dismissed = CreditEvent.objectionDecided(ObjectionDecided(details, .dismissed))
        #expect(dismissed.correction == nil)
        #expect(CreditEvent.act(CaseAct(.repairGranted, details)).replacingCorrection(second).correction == nil)
    }

    @Test func `types are named in Chinese and belong to one family of streams`() {
        #expect(Set(EventType.allCases.map(\.chinese)).count == EventType.allCases.count)
        let families: [String: [String]] = [
            "archive": ["archive.", "origin.", "key.", "import.", "subjectkey.", "calendar.", "display.", "scheme."],
            "body": ["body."],
            "observations": ["observation."], "evaluators": ["evaluators."],
            "round": ["evaluation.", "report.", "review.", "consequence."],
            "case": ["incident.", "rectification.", "objection.", "repair.", "measure.", "publicity.", "statement."],
        ]
        for type in EventType.allCases {
            #expect(families[type.streamFamily]?.contains { type.rawValue.hasPrefix($0) } == true, "\(type.rawValue)")
        }
    }
}
