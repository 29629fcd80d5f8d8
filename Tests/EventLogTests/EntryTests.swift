import ArchiveTesting
import CanonicalJSON
import EventLog
import Testing

@Suite("Entry")
struct EntryTests {
    static let full = EventDraft(
        identity: EventIdentity(source: "urn:credit-archive:import:incidents", id: "某\"县\"/2025-001\n"),
        type: "incident.determined", subject: .case("2025-001"),
        dataSchema: "urn:credit-archive:schema:incident.determined:1", time: "2026-01-04T09:00:00+08:00",
        recordedBy: "key/k1", proposedBy: "operator/a", approvedBy: "operator/b", importID: "import/7", importRow: 12,
        data: Array("{\"amount\":\"12.5\",\"code\":\"R05\"}".utf8))

    /// The stored bytes of a draft that is appended alone.
    static func stored(_ draft: EventDraft, times: Int = 1) async throws -> [UInt8] {
        let log = try TestLog(.memory)
        for _ in 1..<times { try await log.append(SampleEvent.drafts(0..<1)) }
        try await log.append(draft)
        return try #require(try log.blobs().last)
    }

    /// The bytes with the value of the nonce cut out, and that value.
    static func cut(_ bytes: [UInt8]) throws -> (text: String, nonce: String) {
        let text = String(decoding: bytes, as: UTF8.self)
        let match = try #require(text.firstMatch(of: /"nonce":"([^"]*)"/))
        return (text.replacing(match.output.1, with: "", maxReplacements: 1), String(match.output.1))
    }

    @Test("golden bytes: every key, in canonical order")
    func goldenFull() async throws {
        let (text, nonce) = try Self.cut(await Self.stored(Self.full))
        #expect(
            text == #"""
                {"approvedby":"operator/b","data":{"amount":"12.5","code":"R05"},"datacontenttype":"application/json",\#
                "dataschema":"urn:credit-archive:schema:incident.determined:1","id":"某\"县\"/2025-001\n",\#
                "importid":"import/7","importrow":12,"nonce":"","proposedby":"operator/a","recordedby":"key/k1",\#
                "recordedtime":"2026-01-05T08:30:00.250Z","sequence":"0000000000",\#
                "source":"urn:credit-archive:import:incidents","specversion":"1.0","subject":"case/2025-001",\#
                "time":"2026-01-04T09:00:00+08:00","type":"incident.determined"}
                """#)
        #expect(nonce.utf8.count == 22)
        #expect(Base64URL.decode(nonce.utf8)?.count == 16)
    }

    @Test("golden bytes: what was not given has no key")
    func goldenSmall() async throws {
        let log = try TestLog(.memory)
        try await log.append((0..<12).map { SampleEvent.draft("e\($0)", on: .body("甲")) })
        let (text, _) = try Self.cut(try #require(try log.blobs().last))
        #expect(
            text == #"""
                {"data":{},"datacontenttype":"application/json",\#
                "dataschema":"urn:credit-archive:schema:incident.determined:1","id":"e11","nonce":"",\#
                "recordedby":"key/test","recordedtime":"2026-01-05T08:30:00.250Z","sequence":"0000000011",\#
                "source":"urn:credit-archive:test","specversion":"1.0","subject":"body/甲","type":"incident.determined"}
                """#)
    }

    @Test("entries are strict canonical JSON", arguments: ["plain", "\u{1}\u{7F}\u{2028}\"\\/", "😀\u{FFFF}\u{E000}"])
    func canonical(id: String) async throws {
        var draft = Self.full
        draft.identity = EventIdentity(source: id, id: id)
        let bytes = try await Self.stored(draft)
        try CanonicalForm.check(bytes)
        #expect(try Entry(position: 0, bytes: bytes).identity == draft.identity)
    }

    @Test("every entry has a nonce of its own")
    func nonces() async throws {
        let log = try TestLog(.memory)
        try await log.append(SampleEvent.drafts(0..<500))
        let nonces = try log.blobs().map { try Self.cut($0).nonce }
        #expect(Set(nonces).count == 500)
    }

    @Test("an entry reads back as it was drafted")
    func readBack() async throws {
        let draft = Self.full
        let bytes = try await Self.stored(draft)
        let entry = try Entry(position: 9, bytes: bytes)
        #expect(entry.position == 9)
        #expect(entry.identity == draft.identity)
        #expect(entry.type == draft.type)
        #expect(entry.subject == draft.subject)
        #expect(entry.sequence == 0)
        #expect(entry.dataSchema == draft.dataSchema)
        #expect(entry.time == draft.time)
        #expect(entry.recordedBy == draft.recordedBy)
        #expect(entry.proposedBy == draft.proposedBy)
        #expect(entry.approvedBy == draft.approvedBy)
        #expect(entry.importID == draft.importID)
        #expect(entry.importRow == draft.importRow)
        #expect(entry.recordedTime == "2026-01-05T08:30:00.250Z")
        #expect(entry.recordedMilliseconds == 1_767_601_800_250)
        #expect(Array(entry.data.source) == draft.data)
        #expect(entry.bytes == bytes)
    }

    @Test("bytes that end anywhere too early are damage, named by position")
    func truncated() async throws {
        let bytes = try await Self.stored(Self.full)
        for count in 0..<bytes.count {
            let error = await refusal { _ = try Entry(position: 41_017, bytes: Array(bytes[..<count])) }
            #expect(error?.code == .damaged, "\(count) bytes")
            #expect(error?.english.contains("position 41017") == true)
            #expect(error?.chinese.contains("位置 41017") == true)
        }
    }

    @Test(
        "an envelope that is not of the form is damage",
        arguments: [
            ("\"specversion\":\"1.0\"", "\"specversion\":\"1.1\""),
            ("\"specversion\":\"1.0\",", ""),
            ("\"datacontenttype\":\"application/json\"", "\"datacontenttype\":\"text/plain\""),
            ("\"sequence\":\"0000000000\"", "\"sequence\":\"000000000\""),
            ("\"sequence\":\"0000000000\"", "\"sequence\":\"+000000000\""),
            ("\"sequence\":\"0000000000\"", "\"sequence\":\"00000000 0\""),
            ("\"sequence\":\"0000000000\"", "\"sequence\":0"),
            ("\"subject\":\"case/2025-001\"", "\"subject\":\"\""),
            ("\"subject\":\"case/2025-001\"", "\"subject\":\"case/\\u0001\""),
            ("\"nonce\":\"", "\"nonce\":\"A"),
            ("\"importrow\":12", "\"importrow\":\"12\""),
            ("\"type\":", "\"typo\":"),
            ("\"time\":", "\"unknown\":1,\"time\":"),
            ("\"data\":{", "\"data\":{\"code\":\"R01\","),
            ("\"recordedby\":\"key/k1\"", "\"recordedby\":null"),
        ])
    func malformed(original: String, replacement: String) async throws {
        let text = String(decoding: try await Self.stored(Self.full), as: UTF8.self)
        #expect(text.contains(original))
        let altered = Array(text.replacing(original, with: replacement).utf8)
        let error = await refusal { _ = try Entry(position: 5, bytes: altered) }
        #expect(error?.code == .damaged)
        #expect(error?.english.contains("position 5") == true)
    }

    @Test("altered bytes are read as damage or as another entry, and never stop the program")
    func mutated() async throws {
        let bytes = try await Self.stored(Self.full)
        var generator = SeededGenerator(stream: 1)
        for _ in 0..<5_000 {
            var altered = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                altered[Int.random(in: 0..<altered.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            do throws(EventLogError) {
                #expect(try Entry(position: 3, bytes: altered).bytes == altered)
            } catch {
                #expect(error.code == .damaged)
                #expect(error.english.contains("position 3"))
            }
        }
    }
}
