import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Requests to witnesses")
struct AddCheckpointRequestTests {
    /// The example of C2SP tlog-witness, add-checkpoint.
    static let example = """
        old 20852014
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        \u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

        """

    @Test("the specification's example is read and written back byte for byte")
    func publishedExample() throws {
        let request = try AddCheckpointRequest(parsing: Array(Self.example.utf8))
        #expect(request.oldSize == 20_852_014)
        #expect(request.hashes.count == 4)
        #expect(request.note.signatures.count == 2)
        #expect(try Checkpoint(text: request.note.text).size == 20_852_163)
        #expect(request.bytes == Array(Self.example.utf8))
    }

    private static let note = "log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u{2014} a AAAAAAA=\n"
    private static let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    @Test("as many hashes as a tree can need are read, and one more is not")
    func hashCount() throws {
        for (count, isRead) in [(0, true), (1, true), (63, true), (64, false)] {
            let hashes = String(repeating: Self.hash + "\n", count: count)
            let body = Array("old 7\n\(hashes)\n\(Self.note)".utf8)
            guard isRead else {
                #expect(refusal { _ = try AddCheckpointRequest(parsing: body) } == .requestMalformed)
                continue
            }
            let request = try AddCheckpointRequest(parsing: body)
            #expect(request.hashes.count == count && request.bytes == body)
        }
    }

    @Test(
        "a body of another form is refused",
        arguments: [
            "", "old", "old 1", "old 1\n", "old 1\n\n", "\nold 1\n\n\(note)", "old  1\n\n\(note)", "old 01\n\n\(note)",
            "old +1\n\n\(note)", "old -1\n\n\(note)", "old 1 \n\n\(note)", "old 9223372036854775808\n\n\(note)",
            "old \n\n\(note)", "OLD 1\n\n\(note)", "old\t1\n\n\(note)", "old 1\r\n\n\(note)", "old 1\n\(note)",
            "old 1\n\(hash)\(hash)\n\n\(note)", "old 1\n\(hash.dropLast())\n\n\(note)", "old 1\n \(hash)\n\n\(note)",
            "old 1\n\n\n\(note)x", "old 1\n\nlog\n0\n", "old 1\n\n\(note.dropLast())",
        ])
    func refusedBodies(text: String) {
        #expect(throws: TransparencyError.self) { try AddCheckpointRequest(parsing: Array(text.utf8)) }
    }

    @Test("a request beyond the bound is refused before it is read, and is not made")
    func bound() throws {
        let long = [UInt8](repeating: 0x0A, count: AddCheckpointRequest.maximumByteCount + 1)
        #expect(refusal { _ = try AddCheckpointRequest(parsing: long) } == .requestMalformed)
        let text = String(repeating: "x", count: AddCheckpointRequest.maximumByteCount) + "\n"
        let note = try Note(text: text, signatures: [NoteSignature(name: "a", keyID: 0, signature: [0])])
        #expect(refusal { _ = try AddCheckpointRequest(oldSize: 0, hashes: [], note: note) } == .requestMalformed)
        let hashes = [Digest32](repeating: MerkleHash.empty, count: 64)
        let short = try Note(parsing: Array(Self.note.utf8))
        #expect(refusal { _ = try AddCheckpointRequest(oldSize: 0, hashes: hashes, note: short) } == .requestMalformed)
        #expect(
            refusal { _ = try AddCheckpointRequest(oldSize: 1 << 63, hashes: [], note: short) } == .requestMalformed)
    }
}
