import CanonicalJSON
import CreditModel
import Foundation

/// The examples of event data beside the tests: `Fixtures/events/<type>.json`.
struct EventExample {
    var type: EventType
    var form: EventForm
    var name: String
    /// Where it is at fault; nil for a valid one.
    var pointer: String?
    /// The data as its own document, as the envelope's reader hands it over.
    var data: JSONNode

    static func of(_ type: EventType) throws -> [EventExample] {
        let file = Fixtures.events.appending(path: type.rawValue + ".json")
        var fields = try JSONDocument(parsing: Fixtures.bytes(file)).root.fields()
        guard try fields.required("type").string() == type.rawValue,
            try fields.required("version").integer() == type.currentVersion
        else { throw JSONFault(.badValue, at: "/type", "the examples of \(type.rawValue)") }
        var examples: [EventExample] = []
        for (form, key) in [(EventForm.submitted, "submitted"), (.stored, "stored")] as [(EventForm, StaticString)] {
            var verdicts = try fields.required(key).fields()
            for (key, isValid) in [("valid", true), ("invalid", false)] as [(StaticString, Bool)] {
                for element in try verdicts.required(key).elements() {
                    var example = try element.fields()
                    examples.append(
                        EventExample(
                            type: type, form: form, name: try example.required("name"),
                            pointer: isValid ? nil : try example.required("pointer"),
                            data: try JSONDocument(parsing: Array(example.required("data").source)).root))
                    try example.finish()
                }
            }
        }
        return examples
    }

    static func all() throws -> [EventExample] { try EventType.allCases.flatMap { try of($0) } }

    /// What the decoder says.
    var verdict: Result<CreditEvent, JSONFault> {
        do throws(JSONFault) {
            return .success(try CreditEvent(type: type, data: data, form: form))
        } catch {
            return .failure(error)
        }
    }

    var label: String { "\(type.rawValue) \(form) “\(name)”" }
}
