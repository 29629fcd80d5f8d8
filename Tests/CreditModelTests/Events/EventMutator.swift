import ArchiveTesting
import CanonicalJSON

/// Alters event data in the ways in which senders' programs go wrong. No fractions, lone surrogates or integers beyond
/// 2^53−1: those never reach a decoder of events.
struct EventMutator {
    /// Strings that stand under a member's name in any example: values of other lists, days, codes, numbers.
    private var strings: [String: [String]] = [:]
    private var allStrings: [String] = []
    var generator: SeededGenerator

    init(generator: SeededGenerator) { self.generator = generator }

    private static let spaces = [
        " ", "\u{3000}", "\u{A0}", "\n", "\t", "\u{7F}", "\u{1F}", "\u{85}", "\u{200B}", "\u{FEFF}",
    ]
    private static let lengths = [
        1, 4, 16, 17, 18, 32, 33, 36, 64, 65, 66, 71, 100, 101, 200, 201, 255, 256, 500, 501, 512, 513, 2_000, 2_001,
    ]
    private static let integers: [Int64] = [
        0, 1, 2, -1, 16, 1899, 1900, 2024, 2999, 3000, 4_294_967_295, 4_294_967_296, 9_007_199_254_740_991,
        -9_007_199_254_740_991,
    ]
    private static let names = [
        "x", "", "Name", "replaces", "old", "new", "note", "dueOn", "measure", "correction", "\u{212A}",
    ]

    mutating func learn(_ tree: JSONTree) {
        for path in tree.paths {
            if case (let key?, .string(let text)) = tree.value(at: path), text.utf8.count < 200 {
                if strings[key]?.contains(text) != true {
                    strings[key, default: []].append(text)
                    allStrings.append(text)
                }
            }
        }
    }

    /// Every change of kind at every place: each member taken out, made null and given another type, each object given
    /// a member more.
    func systematic(_ tree: JSONTree) -> [JSONTree] {
        let others: [JSONTree] = [
            .null, .boolean(true), .boolean(false), .integer(0), .integer(1), .string(""), .string("1"), .array([]),
            .object([]),
        ]
        return tree.paths.dropFirst().flatMap { path in
            let value = tree.value(at: path).value
            return [tree.replacing(path, with: nil)]
                + (others + [.array([value]), .object([("sealed", value)])]).map { tree.replacing(path, with: $0) }
        } + tree.paths.flatMap { path in Self.names.compactMap { extended(tree, at: path, by: $0) } }
    }

    private func extended(_ tree: JSONTree, at path: JSONTree.Path, by name: String) -> JSONTree? {
        guard case .object(let members) = tree.value(at: path).value,
            !members.contains(where: { $0.key.utf8.elementsEqual(name.utf8) })
        else { return nil }
        return tree.replacing(path, with: .object(members + [(name, .string("x"))]))
    }

    /// The tree with one value altered at random.
    mutating func altered(_ tree: JSONTree) -> JSONTree {
        let paths = tree.paths
        return altered(tree, at: paths[generator.below(paths.count)])
    }

    mutating func altered(_ tree: JSONTree, at path: JSONTree.Path) -> JSONTree {
        let (key, value) = tree.value(at: path)
        switch value {
        case .null, .boolean: return tree.replacing(path, with: .integer(1))
        case .integer(let number): return tree.replacing(path, with: .integer(alteredInteger(number)))
        case .string(let text): return tree.replacing(path, with: .string(alteredText(text, of: key)))
        case .array(let elements): return tree.replacing(path, with: .array(alteredArray(elements)))
        case .object(var members):
            guard let place = members.indices.randomElement(using: &generator) else { return tree }
            switch generator.below(4) {
            case 0: members[place].key += "x"
            case 1: members[place].key = members[place].key.uppercased()
            case 2: members.shuffle(using: &generator)
            default:
                return extended(tree, at: path, by: Self.names[generator.below(Self.names.count)]) ?? tree
            }
            return tree.replacing(path, with: .object(members))
        }
    }

    private mutating func alteredInteger(_ number: Int64) -> Int64 {
        switch generator.below(4) {
        case 0: min(number + 1, 9_007_199_254_740_991)
        case 1: max(number - 1, -9_007_199_254_740_991)
        default: Self.integers[generator.below(Self.integers.count)]
        }
    }

    private mutating func alteredArray(_ elements: [JSONTree]) -> [JSONTree] {
        let first = elements.first ?? .string("x")
        return switch generator.below(6) {
        case 0: []
        case 1: elements + [first]
        case 2: Array(repeating: first, count: 16)
        case 3: Array(repeating: first, count: 17)
        case 4: elements + [.null]
        default: elements.dropLast()
        }
    }

    private mutating func alteredText(_ text: String, of key: String?) -> String {
        let scalars = Array(text.unicodeScalars)
        let place = scalars.isEmpty ? nil : generator.below(scalars.count)
        let space = Self.spaces[generator.below(Self.spaces.count)]
        switch generator.below(14) {
        case 0: return String(decoding: text.utf8.dropLast(), as: UTF8.self)
        case 1: return joined(scalars.dropFirst())
        case 2: return text + space
        case 3: return space + text
        case 4: return text + ["x", "0", "=", "𠮷", "/", "."][generator.below(6)]
        case 5: return repeated(scalars, to: Self.lengths[generator.below(Self.lengths.count)])
        case 6: return generator.below(2) == 0 ? text.lowercased() : text.uppercased()
        case 7: return text.replacing("K", with: "\u{212A}").replacing("金", with: "\u{F90A}")
        case 8, 9: return key.flatMap { strings[$0]?.randomElement(using: &generator) } ?? text
        case 10: return allStrings.randomElement(using: &generator) ?? text
        case 11: return place.map { inserted(space, into: scalars, at: $0) } ?? space
        default: return place.map { redigited(scalars, at: $0) } ?? "0"
        }
    }

    /// The character at a place made another one of its kind: a digit a digit, a letter a letter, full-width now and then.
    private mutating func redigited(_ scalars: [Unicode.Scalar], at place: Int) -> String {
        var scalars = scalars
        let replacements: String =
            switch scalars[place] {
            case "0"..."9": "0123456789０９٣"
            case "a"..."z": "abcdefghxyzAＡ"
            case "A"..."Z": "ABCDEFGHIKOQSVXYZaＫ"
            default: "-_.+/=号〔 "
            }
        let choices = Array(replacements.unicodeScalars)
        scalars[place] = choices[generator.below(choices.count)]
        return joined(scalars)
    }

    private func inserted(_ text: String, into scalars: [Unicode.Scalar], at place: Int) -> String {
        joined(scalars[..<place]) + text + joined(scalars[place...])
    }

    private func repeated(_ scalars: [Unicode.Scalar], to length: Int) -> String {
        let source = scalars.isEmpty ? ["x"] : scalars
        return joined((0..<length).map { source[$0 % source.count] })
    }

    private func joined(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
