internal import Foundation

/// The seed of the randomness in tests: `SEED` of the environment, or a fixed one. Printed once: it repeats a failure.
public enum TestSeed {
    /// The seed that was asked for; nil where none was.
    public static let given = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }

    public static let value: UInt64 = {
        let seed = given ?? 20_260_105
        print("SEED=\(seed)")
        return seed
    }()
}

/// Whether the long runs were asked for: `LONG=1` in the environment.
public let isLongRun = ProcessInfo.processInfo.environment["LONG"] == "1"

/// SplitMix64: the same numbers from the same seed on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    public let seed: UInt64
    private var state: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// - Parameter stream: tells the generators of one run apart.
    public init(stream: UInt64) { self.init(seed: TestSeed.value &+ stream &* 0xD1B5_4A32_D192_ED03) }

    /// A generator from `SEED` in the environment, or a new one; the seed is printed, so that a failure can be repeated.
    public init(announcedAs name: String) {
        self.init(seed: TestSeed.given ?? UInt64.random(in: 0...UInt64.max))
        print("SEED=\(seed) (\(name))")
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, `limit`.
    public mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// True in so many of a hundred cases.
    public mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// One of a list that is not empty.
    public mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
