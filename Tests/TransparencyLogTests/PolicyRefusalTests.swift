import Testing
import TransparencyLog

@Suite("What is no policy")
struct PolicyRefusalTests {
    private static func key(_ number: UInt8, _ algorithm: KeyAlgorithm = .cosignature) -> String {
        (try? PolicyKeys.signer("w.example/\(number)", number, algorithm).verifier.string) ?? ""
    }

    private static let (log, a, b) = (key(200, .ed25519), key(1), key(2))
    private static let two = "witness A \(a)\nwitness B \(b)\n"

    /// Each with the line that is at fault; nil for the file as a whole.
    static let cases: [(text: String, line: Int?, why: String)] = [
        ("", nil, "no quorum"),
        ("# nothing\n", nil, "no quorum"),
        (two, nil, "no quorum"),
        ("quorum none", 1, "not ended"),
        ("quorum none\n#", 2, "not ended"),
        ("quorum none\nquorum none\n", 2, "already"),
        ("quorum A\n\(two)", 1, "no witness or group A"),
        ("\(two)quorum C\n", 3, "no witness or group C"),
        ("quorum\n", 1, "the form is"),
        ("\(two)quorum A B\n", 3, "the form is"),
        ("quorums none\n", 1, "is not log, witness"),
        ("Log \(log)\nquorum none\n", 1, "is not log, witness"),
        ("\(log)\nquorum none\n", 1, "is not log, witness"),
        ("quorum none\r\n", 1, "control character"),
        ("quorum none\n# a\u{B}\n", 2, "control character"),
        ("quorum none\u{0}\n", 1, "control character"),
        ("quorum none\n# \u{7F}\n", 2, "control character"),
        ("log\nquorum none\n", 1, "the form is"),
        ("log \(log) https://a b\nquorum none\n", 1, "the form is"),
        ("log nonsense\nquorum none\n", 1, "key"),
        ("log \(log.dropLast())\nquorum none\n", 1, "key"),
        ("log \(log)\nlog \(log) https://b\nquorum none\n", 2, "public key is listed"),
        ("log \(log)\nlog \(renamed(log, 200))\nquorum none\n", 2, "public key is listed"),
        ("witness A\nquorum none\n", 1, "the form is"),
        ("witness A \(a) https://a b\nquorum none\n", 1, "the form is"),
        ("witness A \(log)\nquorum none\n", 1, "not one that cosigns"),
        ("witness A \(a)x\nquorum none\n", 1, "key"),
        ("witness none \(a)\nquorum none\n", 1, "predefined"),
        ("witness A \(a)\nwitness A \(b)\nquorum none\n", 2, "taken since line 1"),
        ("witness A \(a)\nwitness B \(a)\nquorum none\n", 2, "public key of witness A"),
        ("witness A \(a)\nwitness B \(renamed(a, 1, .cosignature))\nquorum none\n", 2, "public key of witness A"),
        ("\(two)group G any\nquorum none\n", 3, "the form is"),
        ("group G\nquorum none\n", 1, "the form is"),
        ("\(two)group G 0 A B\nquorum none\n", 3, "from 1 to 2"),
        ("\(two)group G 3 A B\nquorum none\n", 3, "from 1 to 2"),
        ("\(two)group G 01 A B\nquorum none\n", 3, "from 1 to 2"),
        ("\(two)group G +1 A B\nquorum none\n", 3, "from 1 to 2"),
        ("\(two)group G ALL A B\nquorum none\n", 3, "from 1 to 2"),
        ("\(two)group G 99999999999999999999 A B\nquorum none\n", 3, "from 1 to 2"),
        ("\(two)group G any A C\nquorum none\n", 3, "no witness or group C"),
        ("\(two)group G any none\nquorum none\n", 3, "no witness or group none"),
        ("\(two)group G any G\nquorum none\n", 3, "no witness or group G"),
        ("\(two)group A any B\nquorum none\n", 3, "taken since line 1"),
        ("\(two)group none any B\nquorum none\n", 3, "predefined"),
        ("\(two)group G any A A\nquorum none\n", 3, "a member already"),
        ("\(two)group G any A\ngroup H any A B\nquorum none\n", 4, "a member already"),
        ("group G any A\n\(two)quorum none\n", 1, "no witness or group A"),
    ]

    /// The same public key under another name.
    private static func renamed(_ key: String, _ number: UInt8, _ algorithm: KeyAlgorithm = .ed25519) -> String {
        (try? PolicyKeys.signer("renamed", number, algorithm).verifier.string) ?? ""
    }

    @Test("a file that breaks a rule is refused with its line", arguments: cases)
    func refused(text: String, line: Int?, why: String) {
        do {
            _ = try WitnessPolicy(parsing: Array(text.utf8))
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.line == line && error.english.contains(why), "\(error)")
            #expect(error.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(error.chinese)")
        }
    }

    @Test("too many of a kind, and too long a file, are refused; the bound itself is read")
    func bounds() throws {
        func groups(_ count: Int) -> [UInt8] {
            var text = "witness A \(Self.a)\ngroup G0 any A\n"
            for number in 1..<count { text += "group G\(number) any G\(number - 1)\n" }
            return Array((text + "quorum G\(count - 1)\n").utf8)
        }
        let deep = try WitnessPolicy(parsing: groups(WitnessPolicy.maximumCount))
        #expect(deep.isReached(by: [PolicyText("A")]) && !deep.isReached(by: []))
        #expect(throws: PolicyFault.self) { try WitnessPolicy(parsing: groups(WitnessPolicy.maximumCount + 1)) }
        let long = [UInt8](repeating: 0x0A, count: WitnessPolicy.maximumByteCount + 1)
        #expect(throws: PolicyFault.self) { try WitnessPolicy(parsing: long) }
    }

    @Test("a list of logs is a policy or bare keys, one at least, all of them verifiable")
    func logLists() throws {
        let keys = try LogList(parsing: Array("# ours\n\(Self.log)\n\tlog \(Self.key(201, .ed25519)) u\n".utf8))
        #expect(keys.verifiers.map(\.name) == ["w.example/200", "w.example/201"])
        #expect(keys.keys(of: "w.example/200").map(\.string) == [Self.log])
        #expect(keys.keys(of: "w.example/2").isEmpty)
        #expect(try LogList(parsing: Array("log \(Self.log)\n\(Self.two)quorum A\n".utf8)).verifiers.count == 1)
        let unknown = try NoteVerifier(name: "pq", algorithm: .mlDSA44, publicKey: [1, 2, 3]).string
        for text in ["", "quorum none\n", "\(Self.log)", "nonsense\n", "\(unknown)\n", "\(Self.log)\n\(Self.log)\n"] {
            #expect(throws: PolicyFault.self, "\(text)") { try LogList(parsing: Array(text.utf8)) }
        }
    }
}
