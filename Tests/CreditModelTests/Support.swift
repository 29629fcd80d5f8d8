import CanonicalJSON
import CreditModel
import Foundation
import Testing

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A generator from `SEED` in the environment, or a new one; the seed is printed, so that a failure can be repeated.
    init(announcedAs name: String) {
        let given = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
        self.init(seed: given ?? UInt64.random(in: 0...UInt64.max))
        print("SEED=\(seed) (\(name))")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

/// The fault that `body` throws, or nil.
func fault(_ body: () throws(JSONFault) -> Void) -> JSONFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

func root(_ text: String) throws(JSONFault) -> JSONNode { try JSONDocument(parsing: text).root }

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
