import ArchiveTesting
import CanonicalJSON
import CreditModel
import Foundation
import Testing

/// Every example of every type, the same that the JSON Schemas are held to.
@Suite struct EventExampleTests {
    @Test(arguments: EventType.allCases)
    func `a valid example is read and written back in canonical form`(type: EventType) throws {
        let examples = try EventExample.of(type).filter { $0.pointer == nil }
        #expect(examples.contains { $0.form == .submitted } && examples.contains { $0.form == .stored })
        for example in examples {
            switch example.verdict {
            case .failure(let fault): Issue.record("\(example.label): \(fault)")
            case .success(let event):
                var writer = JSONWriter()
                writer.value(event)
                if writer.bytes != CanonicalForm.bytes(of: example.data) {
                    Issue.record("\(example.label) is written as \(writer.text)")
                }
                if event.type != type { Issue.record("\(example.label) is read as \(event.type.rawValue)") }
            }
        }
    }

    @Test(arguments: EventType.allCases)
    func `an invalid example is refused exactly where it is at fault`(type: EventType) throws {
        let examples = try EventExample.of(type).filter { $0.pointer != nil }
        #expect(examples.contains { $0.form == .submitted } && examples.contains { $0.form == .stored })
        for example in examples {
            switch example.verdict {
            case .success: Issue.record("\(example.label) is read, expected a fault at \(example.pointer ?? "")")
            case .failure(let fault):
                if fault.pointer != example.pointer {
                    Issue.record("\(example.label): fault at \(fault.pointer), expected \(example.pointer ?? "")")
                }
            }
        }
    }

    @Test func `there are examples of every type and of nothing else`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Fixtures.events.path())
        #expect(Set(files) == Set(EventType.allCases.map { $0.rawValue + ".json" }))
        #expect(try EventExample.all().count >= 8_987)
    }

    @Test(arguments: EventType.allCases)
    func `data that is not an object is refused as a whole`(type: EventType) throws {
        for text in ["[]", "\"\"", "0", "null", "true"] {
            for form in [EventForm.submitted, .stored] {
                let found = fault { () throws(JSONFault) in
                    _ = try CreditEvent(type: type, data: root(text), form: form)
                }
                #expect(found == JSONFault(.wrongType, at: "", "object"))
            }
        }
    }

    /// Bytes made once by another program's canonicaliser: a reader or writer that changes them has changed history.
    @Test(arguments: EventType.allCases)
    func `the golden bytes of a stored event are read and written unchanged`(type: EventType) throws {
        let bytes = try Fixtures.bytes(Fixtures.golden.appending(path: "\(type.rawValue).1.json"))
        try CanonicalForm.check(bytes)
        let event = try EventCodec.standard.decode(
            type: type, version: 1, data: JSONDocument(parsing: bytes).root, form: .stored)
        #expect(event.type == type)
        #expect(json(event).utf8.elementsEqual(bytes))
    }

    @Test func `there are golden bytes of every type and of nothing else`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Fixtures.golden.path())
        #expect(Set(files) == Set(EventType.allCases.map { $0.rawValue + ".1.json" }))
    }
}
