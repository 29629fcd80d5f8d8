import CanonicalJSON
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

/// The fault of reading `text`, or nil.
func faultReading(_ text: String) -> JSONFault? { faultReading(Array(text.utf8)) }

func faultReading(_ bytes: [UInt8]) -> JSONFault? {
    fault { () throws(JSONFault) in _ = try JSONDocument(parsing: bytes) }
}

/// The bytes as a JSON string: quotes around them, nothing escaped.
func quoted(_ bytes: [UInt8]) -> [UInt8] { [0x22] + bytes + [0x22] }

func root(_ text: String) throws(JSONFault) -> JSONNode { try JSONDocument(parsing: text).root }

func canonical(_ text: String) throws(JSONFault) -> String {
    String(decoding: CanonicalForm.bytes(of: try root(text)), as: UTF8.self)
}
