import ArchiveTesting
import CanonicalJSON
import Testing

@Suite struct RoundTripTests {
    @Test func `however a value is written, it is read as itself and has one form`() throws {
        var generator = SeededGenerator(announcedAs: "JSON round trip")
        for round in 0..<20_000 {
            let tree = JSONTree.random(&generator)
            let expected = tree.canonical
            let sent = tree.disguised(&generator)
            let document = try JSONDocument(parsing: sent)
            let bytes = CanonicalForm.bytes(of: document.root)
            var writer = JSONWriter()
            writer.value(try JSONTree(json: document.root))
            let rewritten = CanonicalForm.bytes(of: try JSONDocument(parsing: writer.bytes).root)
            if bytes != Array(expected.utf8) || rewritten != bytes {
                Issue.record("SEED=\(generator.seed), round \(round): \(sent) became \(writer.text), not \(expected)")
                return
            }
            try CanonicalForm.check(bytes)
        }
    }

    @Test func `damaged text is read or refused and never stops the program`() throws {
        var generator = SeededGenerator(announcedAs: "JSON damage")
        var outcomes: [String: Int] = [:]
        for _ in 0..<300 {
            let original = Array(JSONTree.random(&generator).disguised(&generator).utf8)
            for place in original.indices {
                for damage in 0..<3 {
                    var bytes = original
                    switch damage {
                    case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
                    case 1: bytes[place] = UInt8(generator.below(256))
                    default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(4)))
                    }
                    outcomes[try outcome(of: bytes), default: 0] += 1
                }
            }
        }
        #expect(outcomes["read", default: 0] > 100)
        #expect(outcomes["json-malformed", default: 0] > 100)
        #expect(outcomes["json-not-utf8", default: 0] > 100)
    }

    private struct SecondForm: Error { var bytes: [UInt8] }

    /// What is read from damaged bytes is used in every way, and has a canonical form that reads back as the same.
    private func outcome(of bytes: [UInt8]) throws -> String {
        let document: JSONDocument
        do throws(JSONFault) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            #expect(!error.chinese.isEmpty && !error.english.isEmpty)
            return error.code.rawValue
        }
        try walk(document.root)
        let form = CanonicalForm.bytes(of: document.root)
        try CanonicalForm.check(form)
        let tree = try JSONTree(json: document.root)
        if Array(tree.canonical.utf8) != form { throw SecondForm(bytes: bytes) }
        return "read"
    }

    private func walk(_ node: JSONNode) throws(JSONFault) {
        _ = node.pointer
        _ = node.isString("a")
        switch node.kind {
        case .array: for element in try node.elements() { try walk(element) }
        case .object:
            var fields = try node.fields()
            _ = fields.optional("a")
            for member in try node.members() { try walk(member.value) }
        default: _ = node.source
        }
    }
}
