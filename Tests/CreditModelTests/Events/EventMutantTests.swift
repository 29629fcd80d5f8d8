import ArchiveTesting
import CanonicalJSON
import CreditModel
import Foundation
import Testing

/// The decoder and the published schemas say the same of tens of thousands of altered events.
@Suite struct EventMutantTests {
    /// Verdicts on mutants, one line of JSON each.
    private struct Verdicts {
        var lines: [UInt8] = []
        var count = 0
        var valid = 0

        mutating func judge(_ tree: JSONTree, of example: EventExample) throws {
            var writer = JSONWriter()
            writer.value(tree)
            let data = try JSONDocument(parsing: writer.bytes).root
            let isValid: Bool
            do throws(JSONFault) {
                let event = try CreditEvent(type: example.type, data: data, form: example.form)
                isValid = true
                if !json(event).utf8.elementsEqual(CanonicalForm.bytes(of: data)) {
                    Issue.record("\(example.type.rawValue) is written as \(json(event)), sent as \(writer.text)")
                }
            } catch {
                isValid = false
                if error.code == .malformed { Issue.record("\(error)") }
            }
            count += 1
            if isValid { valid += 1 }
            var line = JSONWriter()
            line.beginObject()
            line.key("data")
            line.raw(writer.bytes)
            line.member("schema", example.type.schema(version: 1, form: example.form))
            line.member("valid", isValid)
            line.endObject()
            lines += line.bytes + [UInt8(ascii: "\n")]
        }
    }

    @Test(.enabled(if: SchemaValidator.isAvailable, "needs Python with python3-jsonschema"))
    func `decoder and schema give the same verdict on every mutant`() throws {
        let generator = SeededGenerator(announcedAs: "event mutants")
        var mutator = EventMutator(generator: generator)
        let examples = try EventExample.all().filter { $0.pointer == nil }
        let trees = try examples.map { try JSONTree(json: $0.data) }
        for tree in trees { mutator.learn(tree) }
        var verdicts = Verdicts()
        for (example, tree) in zip(examples, trees) {
            if example.name.hasPrefix("minimal") || example.name == "full" {
                for mutant in mutator.systematic(tree) { try verdicts.judge(mutant, of: example) }
            }
            let isLong = example.data.source.count > 4_000
            for path in tree.paths {
                for _ in 0..<(isLong ? 1 : 2) {
                    var mutant = mutator.altered(tree, at: path)
                    if mutator.generator.below(5) == 0 { mutant = mutator.altered(mutant) }
                    try verdicts.judge(mutant, of: example)
                }
            }
        }
        try judgeCiphertexts(examples, trees, &verdicts)
        print("\(verdicts.count) mutants, \(verdicts.valid) of them valid")
        #expect(verdicts.count > 20_000)
        #expect(verdicts.valid > verdicts.count / 20)

        let file = FileManager.default.temporaryDirectory.appending(path: "mutants-\(UUID().uuidString).ndjson")
        try Data(verdicts.lines).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try SchemaValidator.judge(mutants: file)
        #expect(status == 0, "SEED=\(generator.seed)\n\(output.prefix(8_000))")
        #expect(output.contains("\(verdicts.count) mutants, 0 disagreements"))
    }

    /// The borders of a ciphertext are too far apart for chance.
    private func judgeCiphertexts(
        _ examples: [EventExample], _ trees: [JSONTree], _ verdicts: inout Verdicts
    ) throws {
        let index = examples.firstIndex { $0.type == .bodyRenamed && $0.form == .stored && $0.name == "full" }
        let place = try #require(index)
        let path = try #require(trees[place].paths.first { trees[place].value(at: $0).key == "ct" })
        for count in [48, 49, 65_535, 65_536] {
            let text = Base64URL.encode([UInt8](repeating: 7, count: count))
            try verdicts.judge(trees[place].replacing(path, with: .string(text)), of: examples[place])
        }
    }
}
