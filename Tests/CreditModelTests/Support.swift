import ArchiveTesting
import CanonicalJSON
import CreditModel
import Foundation

/// The value as JSON.
func json(_ value: some JSONEncodable) -> String {
    var writer = JSONWriter()
    writer.value(value)
    return writer.text
}

/// The value that `text` is read as; throws as the type does.
func read<Value: JSONDecodable>(_ text: String, as type: Value.Type = Value.self) throws(JSONFault) -> Value {
    try Value(json: root(text))
}

/// A day that the test's author has looked up in a calendar.
func day(_ text: String) -> CalendarDay { CalendarDay(text)! }

/// Files beside the tests.
enum Fixtures {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let events = tests.appending(path: "Fixtures/events")
    static let golden = tests.appending(path: "Fixtures/golden")
    static let schemas = tests.deletingLastPathComponent().appending(path: "Schema/events")
    static let defaultPolicy = tests.deletingLastPathComponent().appending(path: "Schema/policies/default.json")

    static func bytes(_ file: URL) throws -> [UInt8] { Array(try Data(contentsOf: file)) }
}

extension CreditPolicy {
    /// The policy document of this repository.
    static let standard: CreditPolicy = {
        do {
            return try CreditPolicy(json: JSONDocument(parsing: Fixtures.bytes(Fixtures.defaultPolicy)).root)
        } catch {
            preconditionFailure("the default policy cannot be read: \(error)")
        }
    }()
}
