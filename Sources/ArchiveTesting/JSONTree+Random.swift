extension JSONTree {
    /// The same value as another program might send it: any order, any white space, any escapes.
    public func disguised(_ generator: inout SeededGenerator) -> String {
        let space = { (generator: inout SeededGenerator) in
            String((0..<generator.below(3)).map { _ in [" ", "\n", "\t", "\r"][generator.below(4)] as Character })
        }
        var text = space(&generator)
        switch self {
        case .null, .boolean, .integer: text += canonical
        case .string(let value): text += JSONTree.disguise(value, &generator)
        case .array(let elements):
            text += "[" + space(&generator)
            text += elements.map { $0.disguised(&generator) }.joined(separator: ",") + "]"
        case .object(let members):
            text += "{" + space(&generator)
            text +=
                members.shuffled(using: &generator).map { member in
                    space(&generator) + JSONTree.disguise(member.key, &generator) + space(&generator) + ":"
                        + member.value.disguised(&generator)
                }.joined(separator: ",") + "}"
        }
        return text + space(&generator)
    }

    private static func disguise(_ text: String, _ generator: inout SeededGenerator) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                if scalar == "/", generator.below(2) == 0 { return "\\/" }
                guard generator.below(3) == 0 else { return escape(scalar) }
                return String(scalar).utf16.map { unit in
                    let digits = String(unit, radix: 16, uppercase: generator.below(2) == 0)
                    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                }.joined()
            }.joined() + "\""
    }

    /// A value of any kind, nested up to five deep.
    public static func random(_ generator: inout SeededGenerator, depth: Int = 0) -> JSONTree {
        switch generator.below(depth < 5 ? 7 : 4) {
        case 0: return .null
        case 1: return .boolean(generator.below(2) == 0)
        case 2:
            let magnitude = Int64(9_007_199_254_740_991) >> Int64(generator.below(54))
            return .integer(Int64.random(in: -magnitude...magnitude, using: &generator))
        case 3, 4: return .string(randomText(&generator))
        case 5: return .array((0..<generator.below(5)).map { _ in random(&generator, depth: depth + 1) })
        default:
            // By bytes: Swift's == takes canonically equivalent keys for equal.
            let keys = Set((0..<generator.below(6)).map { _ in Array(randomText(&generator).utf8) })
            return .object(
                keys.sorted { $0.lexicographicallyPrecedes($1) }.map {
                    (String(decoding: $0, as: UTF8.self), random(&generator, depth: depth + 1))
                })
        }
    }

    private static func randomText(_ generator: inout SeededGenerator) -> String {
        let pieces: [Unicode.Scalar] = [
            "a", "b", "\"", "\\", "/", "\u{1}", "\u{8}", "\n", "\u{1F}", "\u{7F}", "\u{80}", "é", "e", "\u{301}", "中",
            "\u{D7FF}", "\u{E000}", "\u{FB33}", "\u{FFFF}", "\u{10000}", "😀", "\u{10FFFF}", "~", " ",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<generator.below(5) { text.append(pieces[generator.below(pieces.count)]) }
        return String(text)
    }
}
