import ArchiveTesting

/// Spoils valid inputs of the text formats in the ways in which files get spoilt, by accident and on purpose.
struct Mutator {
    var generator: SeededGenerator
    let seeds: [[UInt8]]

    /// One of the seeds with one to three changes, or in one case of twenty no more than random bytes.
    mutating func next() -> [UInt8] {
        if generator.chance(5) { return randomBytes(generator.below(200)) }
        var bytes = generator.pick(seeds)
        for _ in 0..<generator.below(3) + 1 { bytes = change(bytes) }
        return bytes
    }

    private mutating func change(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let place = generator.below(bytes.count + 1)
        switch generator.below(12) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(generator.below(256))
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(40)))
        case 3: bytes = Array(bytes[..<place])
        case 4: bytes.insert(contentsOf: splice(), at: place)
        case 5:
            bytes = withLines(bytes) { lines, generator in
                let line = generator.pick(lines)
                lines.insert(line, at: generator.below(lines.count + 1))
            }
        case 6: bytes = withLines(bytes) { lines, generator in lines.remove(at: generator.below(lines.count)) }
        case 7:
            bytes = withLines(bytes) { lines, generator in
                lines.swapAt(generator.below(lines.count), generator.below(lines.count))
            }
        case 8: bytes.insert(contentsOf: Array(generator.pick(Mutator.oddities).utf8), at: place)
        case 9: bytes = bytes.flatMap { $0 == 0x0A && generator.chance(70) ? [0x0D, 0x0A] : [$0] }
        case 10: bytes = withNumber(bytes)
        default:
            let end = min(bytes.count, place + 1 + generator.below(30))
            let slice = Array(bytes[place..<end])
            for _ in 0..<generator.below(300) { bytes.insert(contentsOf: slice, at: place) }
        }
        return bytes
    }

    /// Spaces and marks that look like nothing, numbers that look like others, separators of the formats.
    private static let oddities = [
        "\u{A0}", "\u{2028}", "\u{2029}", "\u{85}", "\u{200B}", "\u{FEFF}", "\u{202E}", "\u{301}", "\u{3000}", "\u{7F}",
        "\u{0}", "\t", " ", "\n", "\n\n", "\r", "+", "=", "==", "/", "x", ".p/", "\u{2014} ", "-", "\u{661}",
        "\u{FF11}",
        "0", "00", "\u{1F600}", "%2e", "..",
    ]

    private static let numbers = [
        "0", "-0", "+1", "007", "255", "256", "65535", "65536", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e9", "0x10", "99999999999999999999999",
    ]

    private mutating func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(generator.below(256)) } }

    /// A piece of a seed.
    private mutating func splice() -> [UInt8] {
        let seed = generator.pick(seeds)
        guard !seed.isEmpty else { return [] }
        let start = generator.below(seed.count)
        return Array(seed[start..<min(seed.count, start + 1 + generator.below(80))])
    }

    private mutating func withLines(
        _ bytes: [UInt8], _ change: (inout [ArraySlice<UInt8>], inout SeededGenerator) -> Void
    ) -> [UInt8] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        change(&lines, &generator)
        return Array(lines.joined(separator: [0x0A]))
    }

    /// The first run of digits after some place becomes another number.
    private mutating func withNumber(_ bytes: [UInt8]) -> [UInt8] {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let place = generator.below(bytes.count + 1)
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return bytes }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        return Array(bytes[..<start]) + Array(generator.pick(Mutator.numbers).utf8) + Array(bytes[end...])
    }
}
